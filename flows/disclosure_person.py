"""What is kept about a member as a person of the town: roles, ways in, cards, who acts for them, who looked."""

from __future__ import annotations

from flows.disclosure_section import Section, section

_OWN = "(select principal_id from community.principal where municipality_id = db.municipality() and member_id = :member_id)"

SECTIONS: tuple[Section, ...] = (
    section(
        "corrections",
        "community.person_change",
        """
        select c.change_id, c.changed_at, c.fields, c.seen_on, p.role as by_role
        from community.person_change c
        left join community.principal p on p.municipality_id = c.municipality_id and p.principal_id = c.changed_by
        where c.municipality_id = db.municipality() and c.member_id = :member_id order by c.changed_at desc
        """,
        "member_id",
    ),
    section(
        "roles",
        "community.principal community.principal_end community.principal_confirmation",
        """
        select p.principal_id, p.role, p.label, o.name as organisation, p.created_at as since, p.valid_until as until, e.ended_at
        from community.principal p
        left join community.organisation o on o.municipality_id = p.municipality_id and o.organisation_id = p.organisation_id
        left join community.principal_end e on e.municipality_id = p.municipality_id and e.principal_id = p.principal_id
        where p.municipality_id = db.municipality() and p.member_id = :member_id order by p.created_at desc
        """,
        "member_id",
    ),
    section(
        "sessions",
        "community.session community.session_seen community.session_end",
        f"""
        select s.session_id, s.device, s.opened_by, s.opened_at as since, s.ends_at as until, n.seen_at, e.ended_at, e.why as ended_how
        from community.session s
        left join community.session_seen n on n.municipality_id = s.municipality_id and n.session_id = s.session_id
        left join community.session_end e on e.municipality_id = s.municipality_id and e.session_id = s.session_id
        where s.municipality_id = db.municipality() and s.principal_id in {_OWN} order by s.opened_at desc
        """,  # noqa: S608 - a constant of this module
    ),
    section(
        "ways_in",
        "community.token community.token_end community.entrance community.entrance_use community.passkey community.passkey_end "
        "community.openid_identity community.openid_identity_end community.login community.proof community.operator_pin "
        "community.card_pin",
        f"""
        select * from (
            select 'token' as way, '' as name, t.created_at as since, t.expires_at as until, e.ended_at
            from community.token t
            left join community.token_end e on e.municipality_id = t.municipality_id and e.token_sha256 = t.token_sha256
            where t.municipality_id = db.municipality() and t.principal_id in {_OWN}
            union all
            select 'entrance', '', n.made_at, n.expires_at, u.used_at from community.entrance n
            left join community.entrance_use u on u.municipality_id = n.municipality_id and u.entrance_id = n.entrance_id
            where n.municipality_id = db.municipality() and n.principal_id in {_OWN}
            union all
            select 'passkey', k.label, k.made_at, null, e.ended_at from community.passkey k
            left join community.passkey_end e on e.municipality_id = k.municipality_id and e.passkey_id = k.passkey_id
            where k.municipality_id = db.municipality() and k.principal_id in {_OWN}
            union all
            select 'openid', i.issuer, i.linked_at, null, e.ended_at from community.openid_identity i
            left join community.openid_identity_end e on e.municipality_id = i.municipality_id and e.identity_id = i.identity_id
            where i.municipality_id = db.municipality() and i.principal_id in {_OWN}
            union all
            select 'login', cast(l.login as text), l.given_at, null, null from community.login l
            where l.municipality_id = db.municipality() and l.principal_id in {_OWN}
            union all
            select 'password', '', f.set_at, null, null from community.proof f
            where f.municipality_id = db.municipality() and f.principal_id in {_OWN}
            union all
            select 'pin', '', o.set_at, null, null from community.operator_pin o
            where o.municipality_id = db.municipality() and o.principal_id in {_OWN}
            union all
            select 'card_pin', '', c.set_at, null, null from community.card_pin c
            where c.municipality_id = db.municipality() and c.member_id = :member_id
        ) ways order by since desc
        """,  # noqa: S608 - a constant of this module
    ),
    section(
        "cards",
        "qr.credential qr.revocation",
        """
        select c.credential_id, c.issued_at as since, r.revoked_at as ended_at, r.reason
        from qr.credential c
        left join qr.revocation r on r.municipality_id = c.municipality_id and r.credential_id = c.credential_id
        where c.municipality_id = db.municipality() and c.subject = :member_id order by c.issued_at desc
        """,
        "subject",
    ),
    section(
        "proxies",
        "community.proxy community.proxy_answer community.proxy_end",
        f"""
        select x.proxy_id, case when x.member_id = :member_id then 'for_me' else 'by_me' end as side, x.relation, x.powers,
            x.given_at as since, x.until, e.ended_at, a.accepted, x.consent,
            case when x.member_id = :member_id then x.consent_note end as note
        from community.proxy x
        left join community.proxy_answer a on a.municipality_id = x.municipality_id and a.proxy_id = x.proxy_id
        left join community.proxy_end e on e.municipality_id = x.municipality_id and e.proxy_id = x.proxy_id
        where x.municipality_id = db.municipality() and (
            x.member_id = :member_id or x.by_member_id = :member_id or x.by_principal_id in {_OWN}
        )
        order by x.given_at desc
        """,  # noqa: S608 - a constant of this module
    ),
    section(
        "looks",
        "community.access_log",
        """
        select l.access_id, l.looked_at, l.what as thing, p.role as by_role, coalesce(o.name, p.label) as place
        from community.access_log l
        left join community.principal p on p.municipality_id = l.municipality_id and p.principal_id = l.principal_id
        left join community.organisation o on o.municipality_id = p.municipality_id and o.organisation_id = p.organisation_id
        where l.municipality_id = db.municipality() and l.member_id = :member_id order by l.looked_at desc
        """,
        "member_id",
    ),
)
