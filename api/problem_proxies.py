"""The rows of the table for those who act for a member."""

from __future__ import annotations

from api.problem_row import Row

PROXIES = {
    "not_while_acting": Row(403, "This is for the member alone", "Stop acting for somebody, and open it in your own name."),
    "nobody_to_act_for": Row(403, "It is not said for whom", "Choose a member who lets you act for them."),
    "shown_for_another": Row(409, "The form was shown in another name", "Nothing was done: open the page again."),
    "unknown_proxy": Row(404, "No such permission to act", "Look it up in the list of those who act for a member."),
    "proxy_not_open": Row(409, "The permission has changed", "Read how it stands: `state` says it."),
    "proxy_of_oneself": Row(422, "Nobody acts for themselves", "Name another person."),
    "proxy_given_before": Row(409, "They were asked before", "End `proxy_id` first, then ask anew."),
    "too_many_proxies": Row(409, "Too many act for one member", "At most `count_max`: end one first."),
    "proxy_end_out_of_range": Row(422, "It cannot last until that day", "Choose a day to come, at most `days_max` days away."),
    "power_not_given": Row(403, "The member did not give as much", "`needed` is needed and `given` was given: ask the member."),
    "spending_not_at_desk": Row(403, "Spending is not given at this desk", "Ask an officer, or let the member do it themselves."),
    "self_dealing": Row(403, "Who acts for a member gains by it", "Let the member do it themselves, or ask a coordinator."),
}
