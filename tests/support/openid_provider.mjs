// A real OpenID provider (the npm package oidc-provider, which is certified) for the tests, with one knob: what it signs can be altered.
//
// node openid_provider.mjs '{"redirect_uris": ["…"], "modules": "…/web/node_modules"}'
// It prints one line of JSON when it listens, and serves until it is ended. Its own doors: POST /test/alter, POST /test/rotate.

import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const asked = JSON.parse(process.argv[2]);
const found = createRequire(`${asked.modules}/x.js`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found));

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
let [key, kid, altered, served, generation] = [null, null, null, null, 0];

const client = {
  client_id: "yui",
  client_secret: "a secret & a half: /?#",
  redirect_uris: asked.redirect_uris,
  post_logout_redirect_uris: asked.redirect_uris.map((uri) => new URL("/sign-in", uri).href),
  response_types: ["code"],
  grant_types: ["authorization_code"],
};

function made() {
  generation += 1;
  kid = `key-${generation}`;
  key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const provider = new Provider(issuer, {
    clients: [client],
    cookies: { keys: ["of the tests"] },
    jwks: { keys: [{ ...key.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" }] },
    pkce: { required: () => true },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, email: `${sub}@town.test`, email_verified: true }) }),
    ttl: { Interaction: 600, Grant: 600, Session: 600, AuthorizationCode: 60, AccessToken: 60, IdToken: 600 },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === "/token" && altered && ctx.body?.id_token) ctx.body.id_token = signed(ctx.body.id_token);
  });
  served = provider.callback();
}

const spelled = (told) => Buffer.from(typeof told === "string" ? told : JSON.stringify(told)).toString("base64url");

function signed(token) {
  const [header, payload] = token.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const claims = { ...payload, ...altered.claims };
  for (const name of altered.without ?? []) delete claims[name];
  const by = altered.by ?? "own";
  const head = { ...header, ...(by === "none" ? { alg: "none" } : by === "public" ? { alg: "HS256" } : {}), ...altered.header };
  const told = `${spelled(head)}.${spelled(claims)}`;
  if (by === "none") return `${told}.`;
  if (by === "public") {
    const shared = createPublicKey(key).export({ type: "spki", format: "pem" });
    return `${told}.${createHmac("sha256", shared).update(told).digest("base64url")}`;
  }
  return `${told}.${sign("RSA-SHA256", Buffer.from(told), by === "foreign" ? foreign : key).toString("base64url")}`;
}

made();
server.on("request", async (request, response) => {
  if (!request.url.startsWith("/test/")) return served(request, response);
  let body = "";
  for await (const part of request) body += part;
  if (request.url === "/test/alter") altered = JSON.parse(body);
  if (request.url === "/test/rotate") made();
  return response.writeHead(204).end();
});
console.log(JSON.stringify({ issuer, client_id: client.client_id, client_secret: client.client_secret }));
