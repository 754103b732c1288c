"""What common codes of activities are called, where a town's edition has no name for its own. Japanese and English, by hand."""

from __future__ import annotations

KINDS: dict[str, tuple[str, str]] = {
    "salon": ("サロン", "salons"),
    "exercise_class": ("体操・運動", "exercise"),
    "visit": ("訪問", "visits"),
    "garden": ("庭仕事", "garden work"),
    "garbage": ("ごみ出し", "taking out rubbish"),
    "shopping": ("買い物の手伝い", "shopping"),
    "cleaning": ("清掃", "cleaning"),
    "park_cleaning": ("公園や道の掃除", "cleaning parks and streets"),
    "patrol": ("見守り", "looking after"),
    "watching_over": ("見守り", "watching over"),
    "meal": ("配食", "meals"),
    "transport": ("送迎", "driving"),
    "walk": ("つきそい・散歩", "walking together"),
    "talk": ("話し相手", "company"),
    "home_help": ("家の中のこと", "help at home"),
    "volunteering": ("そのほかのボランティア", "other volunteering"),
    "other": ("そのほかのお手伝い", "other help"),
}
