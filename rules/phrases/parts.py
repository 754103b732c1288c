"""One phrase for each part, in Japanese and English: `{field}` is a value in words; `[…]` falls away where its fields say nothing.

What a phrase does not mention and the document says all the same is added behind it by name, so no phrase can hide anything.
"""

from __future__ import annotations

IMPLIED = {"Cap": {"of"}, "Exchange": {"into"}, "Stage": {"into"}, "Form": {"into"}, "Use": {"into"}, "Fee": {"unit"}}
"""What the phrase of a part says by the units that it writes."""
PARTS: dict[str, tuple[str, str]] = {
    "Text": ("「{ja}」(英語「{en}」)", "“{en}” (Japanese “{ja}”)"),
    "Named": ("「{code}」は「{ja}」(英語「{en}」)", "“{code}” is “{en}” (Japanese “{ja}”)"),
    # tests
    "RoleTest": ("{one_of}", "{one_of}"),
    "EvidenceTest": ("証憑が段階{at_least}以上", "proof of level {at_least} or better"),
    "Mark": (
        "活動の印「{what}」があること(言われなかったときは{untold})",
        "mark “{what}” of the activity (where untold: {untold})",
    ),
    "Headcount": (
        "{of}が{at_least}以上[、うち{age_at_least}以上が{percent}以上]",
        "{of}: at least {at_least}[, {percent} of them {age_at_least} or over]",
    ),
    "MeasureTest": ("「{measure}」が{at_least}以上", "“{measure}” of {at_least} or more"),
    "DayType": ("{one_of}", "{one_of}"),
    "Season": ("毎年{first}から{last}まで", "every year from {first} to {last}"),
    "Between": ("{first_on}から{last_on}まで", "from {first_on} to {last_on}"),
    "Hours": ("{first}から{last}まで", "from {first} to {last}"),
    "Earned": (
        "{per}に「{activity_kinds}」の{of}が{at_least:counted}以上",
        "{of} for “{activity_kinds}” of {at_least:counted} or more {per}",
    ),
    "SinceLast": ("前回の「{activity_kinds}」から{days}以上", "{days} or more since the last “{activity_kinds}”"),
    "AllOf": ("次のすべて({tests})", "all of ({tests})"),
    "AnyOf": ("次のどれか({tests})", "any of ({tests})"),
    "NoneOf": ("次のどれでもないこと({tests})", "none of ({tests})"),
    "Age": (
        "[{at_least}以上][{at_most}以下]({counted_on}の時点[、誕生日の{months_early}前から][、達するのは{reached}])",
        "aged [{at_least} and over][ {at_most} and under] (on {counted_on}[, {months_early} early][, reached on {reached}])",
    ),
    "Residence": ("{how}({counted_on}の時点[、{towns}])", "{how} (on {counted_on}[; {towns}])"),
    "Registration": (
        "「{of}」に登録(更新は{renewed}、{counted_on}の時点[、有効{valid_months}])",
        "registered with “{of}” (renewed: {renewed}; on {counted_on}[; good for {valid_months}])",
    ),
    "Training": (
        "研修「{course}」を修了({counted_on}の時点[、有効{valid_months}])",
        "completed “{course}” (on {counted_on}[; good for {valid_months}])",
    ),
    "Insured": ("{category}被保険者({counted_on}の時点)", "insured, {category} (on {counted_on})"),
    "CareLevel": ("{one_of}({counted_on}の時点)", "{one_of} (on {counted_on})"),
    "Arrears": (
        "「{of}」を滞納({counted_on}の時点[、{fiscal_years_back}年度前まで])",
        "in arrears with “{of}” (on {counted_on}[, and {fiscal_years_back} fiscal years back])",
    ),
    "Status": (
        "「{what}」({counted_on}の時点[、{days_back}前まで])",
        "“{what}” (on {counted_on}[, or within {days_back} before])",
    ),
    "OfficerFinds": ("職員が「{matter}」と認める({counted_on}の時点)", "an officer finds “{matter}” (on {counted_on})"),
    # earning
    "PerTime": (
        "{every_minutes}につき{amount}({rounding}[、{minimum_minutes}以上が対象][、1回{at_most}まで][、時間は{summed_over}で通算])",
        "{amount} for each {every_minutes} ({rounding}[; from {minimum_minutes} on][; at most {at_most}]"
        "[; added up over {summed_over}])",
    ),
    "PerOccasion": ("1回につき{amount}[({minimum_minutes}以上が対象)]", "{amount} each time[ (from {minimum_minutes} on)]"),
    "FirstThen": (
        "最初の{first_minutes}まで{first_amount}、以後{then}({rounding}[、{minimum_minutes}以上が対象])",
        "the first {first_minutes} {first_amount}, then {then} ({rounding}[; from {minimum_minutes} on])",
    ),
    "Piece": ("{minutes}ごとに{amount}", "{amount} for each {minutes}"),
    "Bands": ("{bands}", "{bands}"),
    "Band": ("{from_minutes}から{amount}", "{amount} from {from_minutes} on"),
    "PerMeasure": ("「{measure}」{every}につき{amount}({rounding})", "{amount} for each {every} of “{measure}” ({rounding})"),
    "MeasureBands": ("「{measure}」が{bands}", "by “{measure}”: {bands}"),
    "MeasureBand": ("{at_least}から{amount}", "{amount} from {at_least} on"),
    "HostSet": ("受入機関が{at_least}から{at_most}までで定める", "what the host sets from {at_least} to {at_most}"),
    "Attested": (
        "{every_minutes}程度につき{amount}(証明する人が数を言う。言わないときは{untold}[、{minimum_minutes}以上が対象])",
        "{amount} for about {every_minutes}, as attested (where untold: {untold}[; from {minimum_minutes} on])",
    ),
    "Clause": (
        "{activity_kinds}: {earn}[。要件: {who}][。{first_on}から][。{last_on}まで]",
        "{activity_kinds}: {earn}[; for: {who}][; from {first_on}][; until {last_on}]",
    ),
    "Campaign": ("{activity_kinds}: {when}は{percent}({rounding})", "{activity_kinds}: {percent} of it, {when} ({rounding})"),
    "Bonus": (
        "{activity_kinds}: {per}の{of}が{at:counted}になると{amount}を加算({repeats}、{capped})",
        "{activity_kinds}: {amount} more when {of} reaches {at:counted} {per} ({repeats}; {capped})",
    ),
    # caps
    "Cap": (
        "{for_each}{per}につき{limit}({stops}の上限[、{activity_kinds}][、要件: {who}][、超えた分は{overflow}])",
        "{limit} {per} {for_each} (on {stops}[; {activity_kinds}][; for: {who}][; beyond it {overflow}])",
    ),
    "ToNothing": ("なし", "nothing"),
    "ToFunding": ("{funding}が負担", "borne by {funding}"),
    "ToDraw": ("抽選の対象", "enters a draw"),
    # periods
    "FiscalYear": ("4月から翌年3月", "April to March"),
    "CalendarYear": ("1月から12月", "January to December"),
    "YearFrom": ("{first}からの1年", "twelve months from {first}"),
    "FromRegistration": ("登録の日からの1年", "twelve months from the registration"),
    "OneWindow": ("{first_on}から{last_on}まで", "from {first_on} to {last_on}"),
    "Always": ("いつでも", "all days"),
    "InSeason": (
        "毎年{first}から{last}まで[(記録は{grace_days}後まで)]",
        "every year from {first} to {last}[ (recorded within {grace_days})]",
    ),
    "InDates": (
        "{first_on}から{last_on}まで[(記録は{grace_days}後まで)]",
        "from {first_on} to {last_on}[ (recorded within {grace_days})]",
    ),
    # conversion
    "NoConversion": ("できない", "not possible"),
    "Exchange": (
        "{rate}[、さらに{then}][、{minimum}から]。余りは{remainder}。対象は{points_of}、申請は{window}、支払は{pays}。"
        "受け取り方: {forms}[。限度: {limits}][。要件: {who}]",
        "{rate}[, then {then}][, from {minimum} on]; the rest is {remainder}; points {points_of}, claimed {window}, paid {pays}; "
        "as {forms}[; limits: {limits}][; for: {who}]",
    ),
    "AnyTime": ("いつでも", "at any time"),
    "Linear": ("{give}につき{get}", "{get} for {give}"),
    "Lots": ("{lot}ごとに{get}", "{get} for each {lot}"),
    "Tiers": ("{tiers}", "{tiers}"),
    "Tier": ("{from_points}から{get}", "{get} from {from_points} on"),
    "Slices": ("{slices}", "{slices}"),
    "Slice": ("{from_points}目から1ポイントにつき{get}", "{get} for each from {from_points} on"),
    "Milestone": ("{at}で{get}({repeats})", "{get} at {at} ({repeats})"),
    "Stage": ("{rate}", "{rate}"),
    "Form": (
        "{form}[({code})][ {name}][、{from_points}から][、{rate}][、要件: {who}]",
        "{form}[ ({code})][ {name}][, from {from_points} on][, {rate}][, for: {who}]",
    ),
    "ClaimLimit": (
        "{for_each}{per}につき{of}{limit}まで[({minus}を差し引く)][(受け取り方: {forms})]",
        "{of} up to {limit} {per} {for_each}[ (less {minus})][ (as {forms})]",
    ),
    # ending
    "Never": ("なし", "none"),
    "MonthsAfter": ("{counted_from}から{months}", "{months} from {counted_from}"),
    "DaysAfter": ("{counted_from}から{days}", "{days} from {counted_from}"),
    "EndOfFiscalYear": (
        "{counted_from}の年度の[{years_later}後の]末日まで",
        "end of the fiscal year of {counted_from}[, {years_later} later]",
    ),
    "EndOfCalendarYear": (
        "{counted_from}の年の[{years_later}後の]12月31日まで",
        "31 December of the year of {counted_from}[, {years_later} later]",
    ),
    "EndOfSchemeYear": (
        "{counted_from}の制度年度の[{years_later}後の]末日まで",
        "end of the scheme's year of {counted_from}[, {years_later} later]",
    ),
    "DayOfYear": (
        "{counted_from}の{of}の[{years_later}後の]{day}まで",
        "{day} of the {of} of {counted_from}[, {years_later} later]",
    ),
    "FixedDate": ("{on}まで", "until {on}"),
    "CarryAll": ("すべて繰り越す", "all of it"),
    "CarryNone": ("繰り越さない", "none"),
    "CarryRemainder": ("{below}未満の端数だけ繰り越す", "what is less than {below}"),
    "CarryOnce": ("翌年に限り繰り越す", "once, into the next year"),
    "CarryUpTo": ("{limit}まで繰り越す", "up to {limit}"),
    "Extension": ("{name}: {years}年度の分は{until}まで({chosen})", "{name}: points of {years} until {until} ({chosen})"),
    "Forfeits": ("失効する", "lapse"),
    "Keeps": ("そのまま使える", "can still be used"),
    "KeepsWholeLots": ("単位に達した分だけ使える", "whole lots can still be used"),
    "GraceMonths": ("{months}以内なら申請できる", "can be claimed within {months}"),
    "Forbidden": ("できない", "not possible"),
    "WithinFamily": ("{relations}に限りできる", "to {relations} alone"),
    "AfterDeath": ("死亡したときに限り{relations}にできる", "after death alone, to {relations}"),
    "Free": ("会員の間でできる", "among members"),
    "WindDown": (
        "付与は{last_granting_on}まで、申請は{last_claim_on}まで。残ったポイントは{balances}",
        "granting until {last_granting_on}, claims until {last_claim_on}; remaining points {balances}",
    ),
    # between members
    "Use": ("{what}: {give}で{get}[({also_for}も使える)]", "{what}: {get} for {give}[ (also for {also_for})]"),
    "Fee": (
        "{activity_kinds}: {tariff}[({when})]。実費は{expenses}[。2人目以降: {further}][。取消し: {cancellation}]"
        "[。利用券: {ticket}][。配分: {shares}]",
        "{activity_kinds}: {tariff}[ ({when})]; expenses {expenses}[; further ones {further}][; cancelled {cancellation}]"
        "[; tickets: {ticket}][; shares: {shares}]",
    ),
    "Cancellation": (
        "{notice}は{charge}[({minutes})][({percent})][({amount})]",
        "{notice}: {charge}[ ({minutes})][ ({percent})][ ({amount})]",
    ),
    "Further": ("{measure}が1増えるごとに{percent}({rounding})", "{percent} for each more of {measure} ({rounding})"),
    "FeeShare": ("{to}に{parts}", "{parts} to {to}"),
    "Ticket": ("1枚{value}、{per_book}枚つづり", "{value} each, {per_book} to a book"),
    "Award": ("{name}: {years_in_a_row}年連続で{at_least}以上", "{name}: {at_least} or more for {years_in_a_row} years in a row"),
}
