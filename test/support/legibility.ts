import type { Page } from 'playwright-core'

/*
 * Runs in the page and reports what would make it hard to use on a phone or with low vision. Contrasts are those of
 * WCAG 2.2 (1.4.3: 4.5 for text, 1.4.11: 3 for the edge of an input). Targets are at least 44 CSS pixels high (2.5.5),
 * except links within a sentence.
 */
const look = `(() => {
  const faults = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) faults.push('it scrolls sideways: ' + scrollWidth)

  const channels = (color) => color.match(/[\\d.]+/g).map(Number)
  const luminance = (color) => {
    const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    const [r, g, b] = channels(color).map((part) => linear(part / 255))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const ground = (element) => {
    const color = getComputedStyle(element).backgroundColor
    return channels(color)[3] === 0 ? ground(element.parentElement) : color
  }

  const isShown = (element) => element.getClientRects().length > 0
  for (const element of [...document.querySelectorAll('main *')].filter(isShown)) {
    const style = getComputedStyle(element)
    const name = element.tagName + ' ' + element.className + ' ' + element.textContent.slice(0, 30)
    const isText = (node) => node.nodeType === 3 && node.data.trim() !== ''
    const hasText = [...element.childNodes].some(isText) || element.value
    if (hasText && contrast(style.color, ground(element)) < 4.5) faults.push('hard to read: ' + name)
    if (hasText && parseFloat(style.fontSize) < 14) faults.push('small: ' + name)
    if (!element.matches('a.button, button, input:not([readonly]), .show')) continue
    const box = element.type === 'checkbox' ? element.parentElement : element
    if (box.getBoundingClientRect().height < 44) faults.push('no room for a finger: ' + name)
    if (!element.matches('.field')) continue
    if (parseFloat(style.fontSize) < 16) faults.push('phones would zoom into it: ' + name)
    if (contrast(style.borderTopColor, ground(element)) < 3) faults.push('its edge is hard to see: ' + name)
    if (element.labels.length === 0) faults.push('no label: ' + name)
  }
  return faults
})()`

/** @returns one line for each fault in the look of the page shown */
export function faultsOfLook(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(look)
}
