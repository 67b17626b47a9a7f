"""The contrast of colours by WCAG 2.2, and the text colour for a background."""


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2) of #RRGGBB: 0 for black, 1 for white."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast ratio (WCAG 2.2) of two colours #RRGGBB, from 1 to 21."""
    darker, lighter = sorted([luminance(first), luminance(second)])
    return (lighter + 0.05) / (darker + 0.05)


def readable_ink(colour: str) -> str:
    """Return the text colour for a background #RRGGBB: "light" or "dark".

    It is "light" where white has a contrast ratio of at least 4.5, the minimum of level AA.
    """
    return "light" if contrast_ratio(colour, "#FFFFFF") >= 4.5 else "dark"
