"""Proof of presence: the four tokens that people scan, the symbols that carry them and the paper they are printed on.

`tokens` is the pure codec (time, keys and chance are arguments), `keys` derives what signs rotating codes, `base32` spells them,
`render` draws symbols as SVG and PNG, `paper` lays out cards and posters. Whom a token belongs to is not known here.
"""
