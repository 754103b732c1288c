"""A page walked with the Tab key alone: every stop in reading order, its focus seen and not hidden behind the ways at the foot."""

from __future__ import annotations

from playwright.async_api import Page

_BEGIN = """() => {
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter(each => each.tabIndex >= 0 && !each.disabled && each.type !== "hidden" && each.checkVisibility({visibilityProperty: true}))
    .filter((each, _nth, all) => {
      if (each.type !== "radio") return true
      const group = all.filter(other => other.type === "radio" && other.name === each.name && other.form === each.form)
      return each === (group.find(other => other.checked) ?? group[0])
    })
  const walked = window.walked = {stops, seen: [stops[0]], wrong: []}
  const told = each => each.outerHTML.slice(0, 100)
  document.addEventListener("keyup", () => {
    const at = document.activeElement, {seen, wrong} = walked
    if (!stops.includes(at) || seen.includes(at)) return
    seen.push(at)
    const look = getComputedStyle(at), box = at.getBoundingClientRect()
    if (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2) wrong.push(`no focus to be seen: ${told(at)}`)
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2)
    if (!hit || !(at.contains(hit) || hit.contains(at))) wrong.push(`hidden: ${told(at)}`)
  }, true)
  stops[0].focus()
  return stops.length + 4 * stops.filter(each => ["date", "time"].includes(each.type)).length
}"""
_TELL = """() => {
  const {stops, seen, wrong} = window.walked
  const missed = stops.filter(each => !seen.includes(each)).map(each => `not reached: ${each.outerHTML.slice(0, 100)}`)
  const order = seen.some((each, nth) => nth && stops.indexOf(each) < stops.indexOf(seen[nth - 1])) ? ["not in reading order"] : []
  return [...wrong, ...missed, ...order]
}"""


async def faults(page: Page) -> list[str]:
    """What is wrong for somebody who has no pointer, one line each. Of a group of radio buttons Tab stops at one, as browsers do;
    a date and a time have stops within."""
    await page.emulate_media(reduced_motion="reduce")
    for _ in range(await page.evaluate(_BEGIN)):
        await page.keyboard.press("Tab")
    return await page.evaluate(_TELL)
