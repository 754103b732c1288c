"""All templates together, by the code of the step."""

from __future__ import annotations

from rules.wording import activity, asking, between, caps, claims, closing, conclusions, days, earning, person
from rules.wording.said import Templates

ALL: Templates = {
    **conclusions.TEMPLATES,
    **days.TEMPLATES,
    **person.TEMPLATES,
    **activity.TEMPLATES,
    **asking.TEMPLATES,
    **earning.TEMPLATES,
    **caps.TEMPLATES,
    **claims.TEMPLATES,
    **closing.TEMPLATES,
    **between.TEMPLATES,
}
