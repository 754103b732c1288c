# syntax=docker/dockerfile:1
# The service as an image: packages by hash, no build tools and no root in what runs.

FROM node:24-bookworm-slim AS web
WORKDIR /web
COPY web/.npmrc web/package.json web/package-lock.json ./
RUN npm ci --no-progress
COPY web ./
RUN npm run build

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/build && python -m venv /opt/yui
COPY requirements.lock requirements-build.lock ./
RUN /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock \
    && /opt/yui/bin/pip install --require-hashes --only-binary :all: -r requirements.lock
COPY . .
COPY --from=web /web/dist web/dist
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /opt/wheel . \
    && /opt/yui/bin/pip install --no-deps --no-index /opt/wheel/yui-*.whl \
    && /opt/yui/bin/python -m compileall -q /opt/yui/lib

FROM python:3.12-slim-bookworm
RUN groupadd --system --gid 10001 yui \
    && useradd --system --uid 10001 --gid yui --home-dir /var/lib/yui --create-home --shell /usr/sbin/nologin yui
COPY --from=build /opt/yui /opt/yui
ENV PATH=/opt/yui/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    YUI_DATA_DIR=/var/lib/yui \
    YUI_HOST=0.0.0.0 \
    YUI_PORT=8420
WORKDIR /var/lib/yui
VOLUME /var/lib/yui
USER 10001:10001
EXPOSE 8420
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8420/health/ready', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["yui", "serve"]
