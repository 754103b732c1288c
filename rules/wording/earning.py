"""What earnings say: by time, by occasion, by what is measured, by what the host says; campaigns, bonuses, and coming back."""

from __future__ import annotations

from rules.wording.said import Templates, said

_UNTIL_MORE = said(
    "合計は{total:time}で、{next_at:time}になると{more:points}付きます。",
    "いままでの 時間は {total:time}で、{next_at:time}に なると {more:points} つきます。",
    "Your time so far is {total:time}, and at {next_at:time} it earns {more:points}.",
)

TIME: Templates = {
    "at_most": (
        said(
            "1回の上限は{limit:points}です。",
            "1回に {limit:points}までです。",
            "Each time you take part earns {limit:points} at most.",
        ),
    ),
    "earned_per_time": (
        said(
            "活動は{minutes:time}で、{every_minutes:time}ごとに{each:points}です({rounding:word})。",
            "活動は {minutes:time}で、{every_minutes:time}ごとに {each:points}です({rounding:word})。",
            "You took part for {minutes:time}: {each:points} for each {every_minutes:time} ({rounding:word}).",
        ),
    ),
    "earned_per_occasion": (
        said(
            "1回の参加につき{amount:points}です。",
            "1回 来ると、{amount:points} つきます。",
            "Each time you take part earns {amount:points}.",
        ),
    ),
    "earned_first_then": (
        said(
            "活動は{minutes:time}で、最初の{first_minutes:time}が{first_amount:points}{more:then}です。",
            "活動は {minutes:time}で、はじめの {first_minutes:time}が {first_amount:points}{more:then}です。",
            "You took part for {minutes:time}: {first_amount:points} for the first {first_minutes:time}{more:then}.",
        ),
    ),
    "earned_band": (
        said(
            "活動は{minutes:time}で、{from_minutes:band}{amount:points}です。",
            "活動は {minutes:time}で、{from_minutes:band}{amount:points}です。",
            "You took part for {minutes:time}: {from_minutes:band} it is {amount:points}.",
        ),
    ),
    "band_of_nothing": (
        said(
            "活動は{minutes:time}で、この長さの活動は0{unit}です。",
            "活動は {minutes:time}で、この 長さの 活動は 0{unit}です。",
            "You took part for {minutes:time}, and that length of time earns 0 {unit}.",
        ),
    ),
    "below_minimum": (
        said(
            "対象は{minimum_minutes:time}以上の活動で、今回は{minutes:time}でした。",
            "対象は {minimum_minutes:time}以上の 活動で、今回は {minutes:time}でした。",
            "It takes at least {minimum_minutes:time}, and this was {minutes:time}.",
        ),
    ),
    "rounded_to_nothing": (
        _UNTIL_MORE,
        said(
            "{every_minutes:time}ごとに数えるため、今回の{minutes:time}は1回分になりませんでした。",
            "{every_minutes:time}が 1回分なので、今回の {minutes:time}は 1回分に なりませんでした。",
            "We count by {every_minutes:time}, and {minutes:time} did not make one.",
        ),
    ),
    "earned_further": (
        said(
            "同じ回の{minutes_before:time}と今回の{minutes:time}を合わせて数え、{amount:points}増えました。",
            "前の {minutes_before:time}と 今回の {minutes:time}を いっしょに 数えて、{amount:points} ふえました。",
            "Together with the {minutes_before:time} before, these {minutes:time} earned {amount:points} more.",
        ),
    ),
    "same_occasion": (
        said(
            "同じ回の参加({minutes_before:time})に付いた{before:points}に含まれます。",
            "同じ 活動の {minutes_before:time}に、もう {before:points} つきました。",
            "It belongs to the same occasion as {minutes_before:time} before, which earned {before:points}.",
        ),
    ),
}

MEASURED: Templates = {
    "earned_per_measure": (
        said(
            "{measure:measure}は{figure:figure}で、{every:figure}につき{each:points}です。",
            "{measure:measure}は {figure:figure}で、{every:figure}で {each:points}です。",
            "We counted {figure:figure} ({measure:measure}), at {each:points} for each {every:figure}.",
        ),
        said(
            "{measure:measure}は{figure:figure}で、{every}ごとに数えて{amount:points}です。",
            "{measure:measure}は {figure:figure}で、{every}ごとに 数えて {amount:points}です。",
            "Your {measure:measure}: {figure}, counted by {every}, so {amount:points}.",
        ),
    ),
    "earned_measure_band": (
        said(
            "{measure:measure}は{figure:figure}で、{at_least:figure}以上は{amount:points}です。",
            "{measure:measure}は {figure:figure}で、{at_least:figure}以上は {amount:points}です。",
            "We counted {figure:figure} ({measure:measure}), and from {at_least:figure} on it is {amount:points}.",
        ),
    ),
    "measure_too_low": (
        said(
            "{measure:measure}は{figure:figure}で、{every}ごとに数えるため、1回分になりませんでした。",
            "{measure:measure}は {figure:figure}で、{every}ごとに 数えるので、1回分に なりませんでした。",
            "Your {measure:measure}: {figure}, counted by {every}, which did not make one.",
        ),
        said(
            "{measure:measure}は{figure:figure}で、{at_least}からの決まりでは0{unit}です。",
            "{measure:measure}は {figure:figure}で、{at_least}からの きまりでは 0{unit}です。",
            "Your {measure:measure}: {figure}, and by the table from {at_least} on that is 0 {unit}.",
        ),
    ),
    "measure_unknown": (
        said(
            "{measure:measure}の記録が必要です。",
            "{measure:measure}の 記録が 必要です。",
            "The record of {measure:measure} is still needed.",
        ),
    ),
}

SAID: Templates = {
    "earned_host_set": (
        said(
            "受入機関が{amount:points}と決めました。",
            "活動の 場所の 人が {amount:points}と 決めました。",
            "The host set {amount:points}.",
        ),
    ),
    "host_set_nothing": (
        said("受入機関が決めた数は0{unit}でした。", "活動の 場所の 人が 決めた 数は 0{unit}でした。", "The host set 0 {unit}."),
    ),
    "host_amount_out_of_bounds": (
        said(
            "受入機関が決めた{amount:points}は、{at_least:points}から{at_most:points}までの範囲に入りません。",
            "活動の 場所の 人が 決めた {amount:points}は、{at_least:points}から {at_most:points}までの 中に ありません。",
            "The host set {amount:points}, and that is not between {at_least:points} and {at_most:points}.",
        ),
    ),
    "host_amount_unknown": (
        said(
            "受入機関が決める数({at_least:points}から{at_most:points}まで)が必要です。",
            "活動の 場所の 人が 数を 決めます({at_least:points}から {at_most:points}まで)。",
            "The host has yet to set the amount, from {at_least:points} to {at_most:points}.",
        ),
    ),
    "earned_attested": (
        said(
            "受入機関が{times}回分と証明し、1回分は{each:points}です。",
            "活動の 場所の 人が {times}回分と 言いました(1回分は {each:points})。",
            "The host attested {times}, at {each:points} each.",
        ),
    ),
    "attested_nothing": (
        said("受入機関が証明した数は0でした。", "活動の 場所の 人が 言った 数は 0でした。", "The host attested 0."),
    ),
    "attested_unknown": (
        said(
            "{every_minutes:time}を1回分として、何回分かの証明が必要です。",
            "{every_minutes:time}を 1回分として、何回分か 決める 必要が あります。",
            "The host has yet to say how many units of {every_minutes:time} it was.",
        ),
    ),
    "earned_campaign": (
        said(
            "特別の決まりで{percent:times}になり、{before:points}が{after:points}になりました。",
            "特別な きまりで {percent:times}なので、{before:points}が {after:points}に なりました。",
            "A special rule multiplies it by {percent:times}: {before:points} became {after:points}.",
        ),
    ),
}

OFTEN: Templates = {
    "earned_summed": (
        said(
            "これまでの{minutes_before:time}と今回の{minutes:time}を合わせて数え、{amount:points}増えました。",
            "前の {minutes_before:time}と 今回の {minutes:time}を いっしょに 数えて、{amount:points} ふえました。",
            "Added to the {minutes_before:time} before ({per:word}), these {minutes:time} earned {amount:points} more.",
        ),
    ),
    "summed_to_no_more": (
        _UNTIL_MORE,
        said(
            "これまでの{minutes_before:time}と今回の{minutes:time}を合わせても、次の1回分になりませんでした。",
            "前の {minutes_before:time}と 今回の {minutes:time}を いっしょに 数えても、まだ 次の 1回分に なりません。",
            "Added to the {minutes_before:time} before ({per:word}), these {minutes:time} did not yet make one more.",
        ),
    ),
    "bonus": (
        said(
            "{at:reached}、{amount:points}を足しました。",
            "{at:reached}、{amount:points} ふえました。",
            "{at:reached}, which adds {amount:points}.",
        ),
    ),
}

TEMPLATES: Templates = {**TIME, **MEASURED, **SAID, **OFTEN}
