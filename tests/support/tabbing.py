"""A page walked with the Tab key alone, all of it unfolded: every stop in reading order, its focus seen and hidden behind nothing.

await tabbing.faults(page)    # at the size of a phone the order is also that of the eye: one column, never back up
"""

from __future__ import annotations

from playwright.async_api import Page

PHONE_MAX = 480
"""How wide a window may be, in pixels, for its page to be one column."""

_BEGIN = """() => {
  document.querySelectorAll("details").forEach(each => { each.open = true })
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter(each => each.tabIndex >= 0 && !each.disabled && each.type !== "hidden" && each.checkVisibility({visibilityProperty: true}))
    .filter((each, _nth, all) => {
      if (each.type !== "radio") return true
      const group = all.filter(other => other.type === "radio" && other.name === each.name && other.form === each.form)
      return each === (group.find(other => other.checked) ?? group[0])
    })
  const walked = window.walked = {stops, seen: [], wrong: []}
  const told = each => each.outerHTML.slice(0, 100)
  document.addEventListener("keyup", () => {
    const at = document.activeElement, {seen, wrong} = walked
    if (!stops.includes(at) || seen.includes(at)) return
    seen.push(at)
    const look = getComputedStyle(at), box = at.getBoundingClientRect()
    if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2) wrong.push(`no focus to be seen: ${told(at)}`)
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)]
    const hit = document.elementFromPoint(box.x + box.width / 2, (top + bottom) / 2)
    if (!hit || !(at.contains(hit) || hit.contains(at))) wrong.push(`hidden: ${told(at)}`)
  }, true)
  document.activeElement.blur()
  getSelection().removeAllRanges()
  document.body.tabIndex = -1
  document.body.focus()
  document.body.removeAttribute("tabindex")
  return 1 + stops.length + 4 * stops.filter(each => ["date", "time"].includes(each.type)).length
}"""
_TELL = """phone => {
  const {stops, seen, wrong} = window.walked
  const missed = stops.filter(each => !seen.includes(each)).map(each => `not reached: ${each.outerHTML.slice(0, 100)}`)
  const order = seen.some((each, nth) => nth && stops.indexOf(each) < stops.indexOf(seen[nth - 1])) ? ["not in reading order"] : []
  return [...wrong, ...missed, ...order, ...(phone ? back_up(seen) : [])]
  function back_up(seen) {
    const flowing = seen.filter(each => !each.closest(".nav, .skip"))
    const places = flowing.map(each => each.getBoundingClientRect())
    return flowing.filter((_, nth) => nth && places[nth].bottom < places[nth - 1].top)
      .map(each => `back up the page: ${each.outerHTML.slice(0, 100)}`)
  }
}"""


async def faults(page: Page) -> list[str]:
    """What is wrong for somebody who has no pointer, one line each. Of a group of radio buttons Tab stops at one, as browsers do;
    a date and a time have stops within."""
    await page.emulate_media(reduced_motion="reduce")
    for _ in range(await page.evaluate(_BEGIN)):
        await page.keyboard.press("Tab")
    return await page.evaluate(_TELL, await page.evaluate("innerWidth") <= PHONE_MAX)
