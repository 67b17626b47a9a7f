"""Which ink is read better on a colour, by the contrast ratio of WCAG 2.2."""


def luminance(colour):
    """Return the relative luminance of #RRGGBB, from 0 for black to 1 for white."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Return the contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_ink(colour):
    """Return "light" where white on the colour has 4.5:1 or more, else "dark"."""
    return "light" if contrast(colour, "#FFFFFF") >= 4.5 else "dark"
