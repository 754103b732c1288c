"""Every page there is, and as whom it is opened: what the tests of all pages and the gallery go through.

A page that is added is added here. Braces in a path are found in the demo's town by tests/support/demo_town.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """One page: what its picture is called, who opens it (None: nobody is signed in), where it is, how it is answered, and whether
    it loads the reader of symbols."""

    name: str
    role: str | None
    path: str
    status: int = 200
    scans: bool = False


PAGES = (
    Shown("sign-in", None, "/sign-in"),
    Shown("sign-in-staff", None, "/sign-in/staff"),
    Shown("proof", "officer", "/proof"),
    Shown("step-up", "officer", "/step-up"),
    Shown("openid", "officer", "/openid"),
    Shown("openid-over", None, "/sign-in/openid/back", 410),
    Shown("openid-not-set", None, "/sign-in/openid/left/{code}", 409),
    Shown("enter", None, "/enter/{entrance}"),
    Shown("enter-closed", None, "/enter/990010_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 410),
    Shown("landing-venue", "member", "/T/{venue}"),
    Shown("landing-venue-stranger", None, "/T/{venue}"),
    Shown("landing-poster", "member", "/A/{poster}"),
    Shown("landing-card", None, "/C/{card}"),
    Shown("landing-pay-code", None, "/P/{pay_code}"),
    Shown("came", "member", "/came/{scan}"),
    Shown("member-today", "member", "/today"),
    Shown("member-help", "member", "/help"),
    Shown("member-help-new", "member", "/help/new"),
    Shown("member-help-offers", "member", "/help/offers"),
    Shown("member-activities", "member", "/activities"),
    Shown("member-activity", "member", "/activities/{slot}"),
    Shown("member-asked", "member", "/help/asked/{need}"),
    Shown("member-points", "member", "/points"),
    Shown("member-history", "member", "/history"),
    Shown("member-deeds", "member", "/history/deeds"),
    Shown("member-passbook", "member", "/passbook"),
    Shown("member-notices", "member", "/notices"),
    Shown("member-more", "member", "/more"),
    Shown("member-card", "member", "/card"),
    Shown("member-scan", "member", "/scan", scans=True),
    Shown("member-pay", "member", "/pay"),
    Shown("member-pay-code", "member", "/pay/{wish}"),
    Shown("member-give", "member", "/give"),
    Shown("member-given", "member", "/given/{given}"),
    Shown("member-claims", "member", "/claims"),
    Shown("member-seen", "member", "/seen"),
    Shown("member-my-data", "member", "/my-data"),
    Shown("member-disclosure", "member", "/my-data/all"),
    Shown("member-proxies", "member", "/proxies"),
    Shown("member-acting", "member", "/acting"),
    Shown("acting-today", "acting", "/today"),
    Shown("acting-more", "acting", "/more"),
    Shown("acting-not-given", "acting", "/give", 403),
    Shown("settings", "member", "/settings"),
    Shown("devices", "member", "/devices"),
    Shown("passkeys", "member", "/passkeys"),
    Shown("passkeys-at-work", "officer", "/passkeys"),
    Shown("till", "cashier", "/P/{pay_code}"),
    Shown("taken", "cashier", "/taken/{taken}"),
    Shown("till-home", "cashier", "/till", scans=True),
    Shown("till-receipt", "cashier", "/till/receipts/{taken}"),
    Shown("till-today", "cashier", "/till/today"),
    Shown("till-settlements", "cashier", "/till/settlements"),
    Shown("group-home", "treasurer", "/group"),
    Shown("group-apply", "treasurer", "/group/apply"),
    Shown("group-application", "treasurer", "/group/applications/{application}"),
    Shown("group-receipts", "treasurer", "/group/receipts"),
    Shown("host-home", "host", "/host"),
    Shown("host-slot", "host", "/host/slots/{slot}"),
    Shown("host-live", "host", "/host/slots/{slot}/live", scans=True),
    Shown("host-conflicts", "host", "/host/slots/{slot}/conflicts"),
    Shown("coordinator-conflicts", "coordinator", "/coordinator/conflicts"),
    Shown("host-code", "host", "/host/slots/{slot}/code"),
    Shown("host-sheet", "host", "/host/slots/{slot}/sheet"),
    Shown("host-close", "host", "/host/slots/{slot}/close"),
    Shown("host-correct", "host", "/host/attendances/{attendance}"),
    Shown("host-announce", "host", "/host/announce"),
    Shown("desk-entrance", "officer", "/desk/members/{member}/entrance"),
    Shown("desk-passbook", "officer", "/desk/members/{member}/passbook?unit=minutes&paper=a5"),
    Shown("desk-person", "officer", "/desk/members/{member}/person"),
    Shown("desk-person-coordinator", "coordinator", "/desk/members/{member}/person"),
    Shown("desk-disclosure", "officer", "/desk/members/{member}/disclosure"),
    Shown("desk-erase", "officer", "/desk/members/{member}/erase"),
    Shown("desk-proxies", "officer", "/desk/members/{member}/proxies"),
    Shown("audit", "auditor", "/audit"),
    Shown("audit-entries", "auditor", "/audit/entries?unit=pt&from=2026-04-01&to=2027-03-31&kind=grant&account_kind=wallet"),
    Shown("audit-entry", "auditor", "/audit/entries/{entry}"),
    Shown("audit-evidence", "auditor", "/audit/trace/{entry}"),
    Shown("audit-sample", "auditor", "/audit/sample"),
    Shown("audit-risks", "auditor", "/audit/risks"),
    Shown("audit-checks", "auditor", "/audit/checks"),
    Shown("audit-editions", "auditor", "/audit/editions"),
    Shown("audit-edition", "auditor", "/audit/editions/{edition}"),
    Shown("public", None, "/"),
    Shown("public-town", None, "/m/{code}"),
    Shown("public-rules", None, "/m/{code}/rules"),
    Shown("public-report", None, "/m/{code}/report"),
    Shown("office-report", "officer", "/office/report"),
    Shown("audit-report", "auditor", "/office/report?year=2025"),
    Shown("coordinator-report", "coordinator", "/office/report"),
    Shown("office", "officer", "/office"),
    Shown("office-schemes", "officer", "/office/schemes"),
    Shown("office-scheme", "officer", "/office/schemes/{scheme}"),
    Shown("office-edition", "officer", "/office/editions/{edition}"),
    Shown("office-draft", "officer", "/office/drafts/{draft}"),
    Shown("office-proposal", "officer", "/office/proposals/{proposal}"),
    Shown("office-trial", "officer", "/office/proposals/{proposal}/simulation"),
    Shown("office-budgets", "officer", "/office/budgets"),
    Shown("office-budget", "officer", "/office/budgets/{budget_line}"),
    Shown("office-claims", "officer", "/office/claims"),
    Shown("office-batch", "officer", "/office/claims/{batch}"),
    Shown("office-payments", "officer", "/office/payments/{settlement}"),
    Shown(
        "office-year-end-preview", "officer", "/office/year-ends/preview?scheme={scheme}&year_of=2026-04-01&closes_on=2027-04-01"
    ),
    Shown("office-facts", "officer", "/office/facts"),
    Shown("office-answer", "officer", "/office/facts/{member}"),
    Shown("office-year-ends", "officer", "/office/year-ends"),
    Shown("office-members", "officer", "/office/members"),
    Shown("office-member", "officer", "/office/members/{member}"),
    Shown("coordinator", "coordinator", "/coordinator"),
    Shown("coordinator-need", "coordinator", "/coordinator/needs/{need}"),
    Shown("coordinator-attendances", "coordinator", "/coordinator/attendances"),
)
NOT_SHOWN = frozenset(
    {
        "/audit/book/{form}",
        "/desk/members/{member_id}/disclosure.json",
        "/home",
        "/host/live",
        "/host/slots/{slot_id}/roster",
        "/m/{code}/activities.atom",
        "/m/{code}/activities.csv",
        "/m/{code}/activities.ics",
        "/my-data/all.json",
        "/office/payments/{settlement_id}/list.csv",
        "/passkeys/question",
        "/sign-in/passkey",
        "/step-up/passkey",
    }
)
"""Pages that are no page: they lead on, or are files."""
