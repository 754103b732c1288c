"""What somebody with all rights might alter of queues, turns, PINs, permissions and erasures, in SQL, and the check that names it."""

from __future__ import annotations

A_SCAN = "(select record_id from activities.queue_link where method = 'card' order by number limit 1)"
OTHERS_MEMBER = "(select member_id from community.member where municipality_id = 1 order by number limit 1)"
THE_TILL = "(select r.actor from wallets.redemption_operator o join wallets.redemption r using (redemption_id) limit 1)"
THE_PROXY = "(select proxy_id from community.proxy limit 1)"
THE_DAUGHTER = "(select principal_id from community.principal p join community.proxy x on x.by_member_id = p.member_id limit 1)"
ONE_HOUR = "interval '1 hour'"

# the check that names it: what was done -> by what it was done
ALTERATIONS: dict[str, tuple[str, ...]] = {
    "queue_linked: another record": ("update activities.queue_link set record_sha256 = sha256('x') where number = 2",),
    "queue_linked: a record gone": ("delete from activities.queue_link where number = 2",),
    "queue_linked: from the middle on": ("delete from activities.queue_link where number = 1",),
    "queue_linked: under another slot": (
        "update activities.queue_link set slot_id = (select slot_id from activities.slot where slot_id not in "
        "(select slot_id from activities.queue_link) limit 1)",
    ),
    "queue_signed: another signature": (
        "update activities.queue_link set signature = set_byte(signature, 40, get_byte(signature, 40) # 1) where number = 4",
    ),
    "queue_signed: made up whole, with its hash": (
        """
        update activities.queue_link q set record_sha256 = sha256('x'), hash = sha256(convert_to(concat_ws(
            chr(10), 'yui queue 1', cast(key_id as text), cast(slot_id as text), cast(number as text), encode(before, 'hex'),
            encode(sha256('x'), 'hex')
        ), 'UTF8'))
        where number = (select max(number) from activities.queue_link)
        """,
    ),
    "queue_of_its_device: received from another": ("update activities.queue_link set received_by = gen_random_uuid()",),
    "queue_of_its_device: after the key had ended": (
        "insert into community.device_key_end (municipality_id, key_id, ended_at, why) "
        f"select distinct municipality_id, key_id, received_at - {ONE_HOUR}, 'device_ended' from activities.queue_link",
    ),
    "queue_outcome: a counted scan gone": (f"delete from activities.scan where scan_id = {A_SCAN}",),
    "queue_outcome: another time": (
        f"update activities.scan set occurred_at = occurred_at - {ONE_HOUR} where scan_id = {A_SCAN}",
    ),
    "queue_outcome: a conflict that vanished": ("delete from activities.scan_conflict",),
    "queue_outcome: counted and listed": (
        f"update activities.scan_conflict set scan_id = {A_SCAN} where conflict_id = "
        "(select conflict_id from activities.scan_conflict limit 1)",
    ),
    "queue_outcome: a retraction that vanished": ("delete from activities.scan_retraction",),
    "conflict_settled: by nobody": ("update activities.conflict_settlement set settled_by = gen_random_uuid()",),
    "conflict_settled: entered for another": (
        f"update activities.conflict_settlement set member_id = {OTHERS_MEMBER} where how = 'entered'",
    ),
    "operator_of_the_device: a scan before the turn": (
        f"update community.shift set started_at = started_at + {ONE_HOUR} where device_id in (select scanned_by from activities.scan)",
    ),
    "operator_of_the_device: a purchase after its end": (
        f"insert into community.shift_end select municipality_id, shift_id, started_at - {ONE_HOUR} from community.shift "
        f"where device_id = {THE_TILL}",
    ),
    "operator_of_the_device: at another device": (
        f"update community.shift set device_id = gen_random_uuid() where device_id = {THE_TILL}",
    ),
    "operator_of_the_device: long idle": (
        f"update wallets.redemption set redeemed_at = redeemed_at + interval '4 hours' where actor = {THE_TILL}",
    ),
    "operator_of_the_device: the operator's own card": (
        "update community.principal p set member_id = r.holder from wallets.redemption r, wallets.redemption_operator o, "
        "community.shift s where o.redemption_id = r.redemption_id and s.shift_id = o.shift_id and p.principal_id = s.operator_id",
    ),
    "operator_of_the_device: sent by nobody who was there": ("update activities.queue_link set sent_in_shift = gen_random_uuid()",),
    "operator_named: points taken by a till alone": ("delete from wallets.redemption_operator",),
    "one_operator: the first one never ended": ("delete from community.shift_end",),
    "one_operator: one begins before": (f"update community.shift_end set ended_at = ended_at + {ONE_HOUR}",),
    "operator_of_the_house: a PIN that was set later": (
        f"update community.operator_pin set set_at = set_at + {ONE_HOUR}",
    ),
    "operator_of_the_house: a PIN that was changed": (
        "insert into community.operator_pin (municipality_id, pin_id, principal_id, pin, set_at) "
        f"select municipality_id, gen_random_uuid(), principal_id, pin, set_at - {ONE_HOUR} from community.operator_pin",
        f"update community.operator_pin n set set_at = set_at - 2 * {ONE_HOUR} where pin_id in (select pin_id from community.shift)",
    ),
    "operator_of_the_house: another's PIN": ("update community.operator_pin set principal_id = gen_random_uuid()",),
    "operator_of_the_house: of another house": (
        "update community.principal set organisation_id = (select organisation_id from community.organisation "
        "where kind = 'group' limit 1) where principal_id in (select operator_id from community.shift)",
    ),
    "card_pin_of_the_holder: another's PIN": (f"update community.card_pin set member_id = {OTHERS_MEMBER}",),
    "card_pin_of_the_holder: set afterwards": (f"update community.card_pin set set_at = set_at + {ONE_HOUR}",),
    "card_pin_of_the_holder: given afterwards": (f"update wallets.redemption_pin set given_at = given_at + {ONE_HOUR}",),
    "card_pin_of_the_holder: at a device that had ended": (
        f"insert into community.device_key_end select municipality_id, key_id, given_at - {ONE_HOUR}, null, 'device_ended' "
        "from wallets.redemption_pin",
    ),
    "card_pin_of_the_holder: at no enrolled device": (f"delete from community.device where principal_id = {THE_TILL}",),
    "card_pin_of_the_holder: used twice": (
        "alter table wallets.redemption_pin drop constraint redemption_pin_pkey",
        "insert into wallets.redemption_pin select * from wallets.redemption_pin limit 1",
    ),
    "card_pin_of_the_holder: for another payment": (
        "update wallets.redemption_pin set redemption_id = "
        "(select redemption_id from wallets.redemption where kind = 'pledge' limit 1)",
    ),
    "card_pin_needed: the proof is gone": ("delete from wallets.redemption_pin",),
    "card_pin_needed: the limit was lower": ("update wallets.card_limit set amount = 10",),
    "acting_stands: not accepted": ("update community.proxy_answer set accepted = false",),
    "acting_stands: accepted afterwards": (f"update community.proxy_answer set answered_at = answered_at + {ONE_HOUR}",),
    "acting_stands: over by then": (f"update community.proxy set given_at = given_at - 2 * {ONE_HOUR}, until = given_at - {ONE_HOUR}",),
    "acting_stands: ended by then": (
        "insert into community.proxy_end (municipality_id, proxy_id, ended_at, ended_by) "
        f"select municipality_id, proxy_id, given_at - {ONE_HOUR}, given_by from community.proxy",
    ),
    "acting_stands: arranging alone was let": ("update community.proxy set powers = 'arrange'",),
    "acting_stands: seeing alone was let": ("update community.proxy set powers = 'see'",),
    "acting_stands: of another": (f"update community.proxy set member_id = {OTHERS_MEMBER}",),
    "acting_stands: not said in whose name": ("update wallets.redemption set acting_for = null where kind in ('donation', 'pledge')",),
    "no_self_dealing: a pay code at the own till": (
        f"update community.principal set created_by = {THE_DAUGHTER} where principal_id in (select operator_id from community.shift)",
    ),
    "no_self_dealing: to the own group": (
        "update community.principal set member_id = (select by_member_id from community.proxy limit 1) where role = 'treasurer'",
    ),
    "no_self_dealing: both sides of a help": (
        f"update activities.match_answer set answered_by = {THE_DAUGHTER} where match_id in "
        f"(select match_id from activities.match_answer where answered_by = {THE_DAUGHTER})",
    ),
    "no_self_dealing: help by whoever agreed to it": (
        "update activities.match set helper_id = (select by_member_id from community.proxy limit 1)",
    ),
    "erased_for_good: a key that came back": (
        "insert into community.person_key (municipality_id, member_id, master_id, wrapped) "
        "select municipality_id, member_id, decode(repeat('ab', 8), 'hex'), decode(repeat('ab', 60), 'hex') from community.erasure",
    ),
    "erased_for_good: found by a reading": (
        "insert into community.person_mark (municipality_id, mark, member_id) "
        "select municipality_id, decode(repeat('ab', 16), 'hex'), member_id from community.erasure",
    ),
    "erased_for_good: somebody acts as them": (
        "delete from community.principal_end where principal_id in "
        "(select principal_id from community.principal p join community.erasure e on e.member_id = p.member_id)",
    ),
    "erased_for_good: an open account": ("delete from ledger.account_close",),
    "key_goes_with_erasure: a key went alone": (
        f"delete from community.person_key where member_id = {OTHERS_MEMBER}",
    ),
    "key_goes_with_erasure: the record of it is gone": ("delete from community.erasure",),
    "key_goes_with_erasure: a key of nobody": (
        "insert into community.person_key (municipality_id, member_id, master_id, wrapped) "
        "values (1, gen_random_uuid(), decode(repeat('ab', 8), 'hex'), decode(repeat('ab', 60), 'hex'))",
    ),
    "holders_known: the number is gone": (
        "delete from community.member where member_id in (select member_id from community.erasure)",
        "delete from community.erasure",
    ),
}  # fmt: skip
