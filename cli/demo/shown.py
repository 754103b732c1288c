"""What the demo shows at a terminal: the story line by line, the proof at its end, and where to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Say = Callable[[str], None]

_KINDS = {
    "appropriation": "議決 appropriation",
    "budget": "予算枠 budget",
    "wallet": "ポイント wallet",
    "pot": "基金 pot",
    "payable": "未払 payable",
    "paid_out": "支払済 paid_out",
    "lapsed": "失効 lapsed",
    "exchange": "換金 exchange",
    "opening": "繰入 opening",
}
_TRACE_LINES_MAX = 24


def aloud(line: str) -> None:
    """Says a line now, also into a pipe."""
    print(line, flush=True)


def silent(_: str) -> None:
    """Says nothing: the one JSON object says it all."""


def tell(told: Mapping[str, Any], say: Say) -> None:
    """The proof: counts, refusals, one redeemed point, the money flow, the verification."""
    say(f"\n{told['town']['name']}({told['town']['code']})の {told['town']['day']}")
    say(
        f"  会員 {told['members']} · 読み取り {told['scans']} · 参加 {told['attendances']} · 付与 {told['grants']} · "
        f"HTTP {told['requests']} 回"
    )
    for kind, redeemed in told["redemptions"].items():
        amounts = ", ".join(f"{amount} {unit}" for unit, amount in redeemed["amounts"].items())
        say(f"  交換 {kind:<10} {redeemed['count']:>3} 件  {amounts}")
    refused = ", ".join(f"{code} {number}" for code, number in told["refusals"].items())
    say(f"  お断り {refused}")
    say("\n使われたポイントから受付まで (trace)")
    for line in told["trace_lines"][:_TRACE_LINES_MAX]:
        say(f"  {line[:150]}")
    for unit, flows in told["money_flow"].items():
        for line in _table(unit, flows):
            say(line)
    _tell_verification(told, say)


_ROLES = {
    "member": "会員",
    "host": "活動の担当",
    "device": "受付の端末",
    "coordinator": "コーディネーター",
    "treasurer": "団体の会計",
    "cashier": "協力店",
    "officer": "市の職員",
    "auditor": "監査委員",
}


def tell_pages(entrances: Mapping[str, str], say: Say) -> None:
    """Addresses that open the pages of each role, once each, on this machine's browser."""
    say("\n画面をひらく(それぞれ 1 回だけ使えます。別の役で見るときは、別のブラウザーか、新しいプライベートウィンドウで)")
    for role, address in entrances.items():
        say(f"  {role:<12} {address}   {_ROLES[role]}")


def tell_addresses(told: Mapping[str, Any], base_url: str, say: Say) -> None:
    """Where the service listens, and tokens to go on with."""
    say(f"\nserving on {base_url}   API: {base_url}/openapi   stop: Ctrl+C")
    for who, token in told["tokens"].items():
        say(f"  {who:<12} {token}")
    member = told["member_id"]
    say(f'  curl -H "Authorization: Bearer <member>" {base_url}/api/v1/members/{member}/wallets')
    say("  yui audit verify · yui audit trace " + told["trace"]["id"])


def _tell_verification(told: Mapping[str, Any], say: Say) -> None:
    verify = told["verify"]
    failed = [check for check in verify["checks"] if not check["ok"]]
    for check in failed:
        say(f"  × {check['name']}: {check['first_difference']}")
    for difference in told["differences"]:
        say(f"  × {difference}")
    held = "すべて一致" if not failed and not told["differences"] else "一致しません"
    say(f"\n検証 verify: {len(verify['checks'])} 項目、仕訳 {verify['entries']}、仕訳行 {verify['lines']}: {held}")


def _table(unit: str, flows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Opening, what came and went, closing, by kind of account; the closings of a unit sum to zero."""
    yield f"\nお金の流れ ({unit})"
    for flow in flows:
        if not flow["moved"] and not flow["closing"]:
            continue
        moved = "  ".join(f"{kind} {amount:+}" for kind, amount in sorted(flow["moved"].items()))
        yield f"  {_KINDS[flow['account_kind']]:<20} {flow['opening']:>8} → {flow['closing']:>8}   {moved}"
    yield f"  合計 {sum(flow['closing'] for flow in flows)}"
