/**
 * Chooses the text color for a background: white if it has sufficient contrast (WCAG 2.2, 1.4.3), otherwise black.
 * @param color the background, as `#rrggbb`
 */
export function readableTextColor(color: string): '#ffffff' | '#000000' {
  return 1.05 / (luminanceOf(color) + 0.05) >= 4.5 ? '#ffffff' : '#000000'
}

/** The relative luminance (WCAG 2.2) of a color, from 0 (black) to 1 (white). */
function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
