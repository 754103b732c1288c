"""Making up a town: names, areas and organisations, all fictional, the same for the same seed."""

from __future__ import annotations

import random  # noqa: TID251 - a seeded generator: the same seed makes the same town

import msgspec

from community import municipalities

MEMBERS = 60
FICTIONAL_PREFECTURE = 99_000  # 47 prefectures have codes 01 to 47: no real town begins with 99

_FAMILIES = (
    ("佐藤", "さとう"), ("鈴木", "すずき"), ("高橋", "たかはし"), ("田中", "たなか"), ("渡辺", "わたなべ"), ("伊藤", "いとう"),
    ("山本", "やまもと"), ("中村", "なかむら"), ("小林", "こばやし"), ("加藤", "かとう"), ("吉田", "よしだ"), ("山田", "やまだ"),
    ("松本", "まつもと"), ("井上", "いのうえ"), ("木村", "きむら"), ("林", "はやし"), ("清水", "しみず"), ("森", "もり"),
    ("池田", "いけだ"), ("石川", "いしかわ"),
)  # fmt: skip
_GIVEN = (
    ("和子", "かずこ"), ("節子", "せつこ"), ("幸子", "さちこ"), ("洋子", "ようこ"), ("恵子", "けいこ"), ("京子", "きょうこ"),
    ("文子", "ふみこ"), ("千代", "ちよ"), ("清", "きよし"), ("勇", "いさむ"), ("実", "みのる"), ("茂", "しげる"),
    ("正", "ただし"), ("弘", "ひろし"), ("進", "すすむ"), ("昭", "あきら"), ("健太", "けんた"), ("美咲", "みさき"),
)  # fmt: skip
_TOWNS = ("結の里町", "花野町", "水鏡町", "若竹町", "潮見坂町", "山鳩町", "春日野市", "稲穂町", "桜台市", "霧島野町")


class Person(msgspec.Struct, frozen=True):
    """Somebody who joins: name, reading, birth date, the index of their area, and a telephone number that is nobody's."""

    name: str
    kana: str
    born_on: str
    area: int
    telephone: str


class Town(msgspec.Struct, frozen=True):
    """A fictional town: its code and name, its school districts, and the people who will join."""

    seed: int
    code: str
    name: str
    districts: tuple[str, ...]
    people: tuple[Person, ...]


ORGANISATIONS = (
    ("administrator", "結の里社会福祉協議会"),
    ("support_centre", "結の里地域包括支援センター"),
    ("host", "ふれあいサロンひだまり"),
    ("host", "みどり公園愛護会"),
    ("host", "特別養護老人ホームあさがお"),
    ("provider", "NPO法人たすけあい結"),
    ("group", "ひだまり体操の会"),
    ("group", "結の里子ども食堂"),
    ("partner", "商店街 八百まさ"),
    ("partner", "喫茶こもれび"),
    ("partner", "結の湯"),
    ("provider", "結の里シルバー支援隊"),
)
"""Kind and name of each organisation."""


def cast(seed: int) -> Town:
    """The town of a seed."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    first_five = f"{FICTIONAL_PREFECTURE + seed % 1_000:05d}"
    names = [(family, given) for family in _FAMILIES for given in _GIVEN]
    people = tuple(
        Person(
            name=f"{family[0]} {given[0]}",
            kana=f"{family[1]} {given[1]}",
            born_on=f"{chance.randint(1936, 1972)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            area=chance.randrange(3),
            telephone=f"090-0000-{nth:04d}",
        )
        for nth, (family, given) in enumerate(chance.sample(names, MEMBERS), start=1)
    )
    code = first_five + str(municipalities.check_digit(first_five))
    return Town(seed, code, _TOWNS[seed % len(_TOWNS)], ("東小学校区", "西小学校区", "南小学校区"), people)
