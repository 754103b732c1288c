"""Which forms at work ask for a new proof, and why others do not: every form of the office, the books and coordinators is listed."""

from __future__ import annotations

import pytest

from api import auth, documents, openapi

WITH = frozenset(
    {
        "/office/proposals/{proposal_id}/approve",
        "/office/proposals/{proposal_id}/publish",
        "/office/claims/{batch_id}/approve",
        "/office/payments/{settlement_id}/approve",
        "/office/year-ends/{run_id}/execute",
        "/office/budgets/{line_id}",
        "/office/roles",
        "/office/roles/{principal_id}/confirm",
        "/office/roles/{principal_id}/entrance",
        "/office/roles/{principal_id}/end",
        "/office/applications/{application_id}/approve",
        "/office/applications/{application_id}/refuse",
        "/office/corrections",
        "/office/corrections/{wish_id}/approve",
        "/office/corrections/{wish_id}/refuse",
        "/office/cards",
        "/office/members/{member_id}/cards",
        "/office/activities/{activity_id}/poster",
        "/office/card-limit",
        "/coordinator/attendances",
        "/desk/members/{member_id}/entrance",
        "/desk/members/{member_id}/pin",
        "/desk/members/{member_id}/proxies",
        "/desk/members/{member_id}/person",
        "/desk/members/{member_id}/erase",
    }
)
BECAUSE = {
    "/office/schemes": "a scheme grants nothing before an edition of it is law",
    "/office/schemes/{code}/drafts": "a draft is no law",
    "/office/drafts/{draft_id}": "a draft is no law",
    "/office/drafts/{draft_id}/form": "a draft is no law",
    "/office/drafts/{draft_id}/propose": "a proposal is no law; who approves it proves themselves",
    "/office/proposals/{proposal_id}/opinions": "a record of what others said, in the open",
    "/office/proposals/{proposal_id}/absence": "a record of what others said, in the open",
    "/office/proposals/{proposal_id}/withdraw": "nothing comes of it",
    "/office/proposals/{proposal_id}/reject": "nothing comes of it",
    "/office/claims": "a list books nothing; who approves it proves themselves",
    "/office/payments": "a list books nothing; who approves it proves themselves",
    "/office/budgets": "a line is opened at zero",
    "/office/grants/retry": "books what the rules granted already, and nothing else",
    "/office/facts/{holder}": "said at the counter all day long, with its source; the rules decide",
    "/office/year-ends": "an announcement takes nothing; who executes it proves themselves",
    "/office/members": "somebody joins at the counter",
    "/office/members/find": "reads, and is noted where the member sees it",
    "/office/members/{member_id}/cards/{credential_id}/end": "who reports a loss is believed at once; nothing is gained by it",
    "/office/openings/{principal_id}/seen": "says that somebody else looked; it opens nothing",
    "/office/organisations": "an organisation without people can do nothing; roles ask for a proof",
    "/office/areas": "an area without roles changes nothing",
    "/host/attendances/{attendance_id}/correct": "the host mends the record with a reason; the rules decide anew",
    "/audit/checks": "reads and computes; it changes nothing",
    "/desk/members/{member_id}/person/answered": "says that a wish was heard; what is changed asks for a proof",
    "/desk/members/{member_id}/proxies/{proxy_id}/end": "takes away, and gives nothing",
    "/coordinator/needs/new": "written down while the person is on the phone",
    "/coordinator/needs/{need_id}/withdraw": "nothing comes of it",
    "/coordinator/needs/{need_id}/matches": "both sides are free to decline",
    "/coordinator/matches/{match_id}/said": "written down while the person is on the phone",
}
PLACES = ("/office", "/coordinator", "/audit", "/host/attendances", "/desk")
FORMS = {
    route.path_format: handler
    for route, method, handler in openapi.operations(documents.app())
    if method == "POST" and handler.opt.get("page") and route.path_format.startswith(PLACES)
}
FILES = {
    route.path_format: handler
    for route, method, handler in openapi.operations(documents.app())
    if method == "GET"
    and handler.opt.get("page")
    and route.path_format in {"/office/payments/{settlement_id}/list.csv", "/audit/book/{form}"}
}


@pytest.mark.parametrize("path", sorted(FORMS))
def test_a_form_asks_for_a_proof_or_says_why_not(path: str) -> None:
    asks = bool(FORMS[path].opt.get("step_up"))
    assert asks == (path in WITH), "list it with those that ask, or say why it does not"
    assert (path in WITH) != (path in BECAUSE)


def test_nothing_is_listed_that_is_not_there() -> None:
    assert set(FORMS) >= WITH
    assert set(FORMS) >= set(BECAUSE)
    assert all(auth.declared(each) != auth.PUBLIC for each in FORMS.values())


@pytest.mark.parametrize("path", sorted(FILES))
def test_what_leaves_the_house_asks_for_a_proof(path: str) -> None:
    assert FILES[path].opt.get("step_up")
