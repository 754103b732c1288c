"""What a trace says, as data: the words for codes and the sentences for steps, written by hand in three languages.

`ja` is plain Japanese for a reader aged 75, `ja-easy` is やさしい日本語 with spaces between words, `en` is English. A sentence is a
template whose fields name the numbers of its step and how they are shown (`{limit:counted}`, `{expires_on:day}`): `rules.showing` has
the ways. A step that can have different numbers has several templates; the first whose fields are all there speaks. A new step needs a
template here, and a test says which is missing. Nobody is blamed, nothing is threatened: who declines loses nothing by it.
"""
