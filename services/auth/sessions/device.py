"""What a browser says of itself, in words for its person. A guess to know it by, no proof."""

# The first that is named counts: others name Chrome and Safari too, to be served like them.
BROWSERS = (
    ("Edg", "Edge"),
    ("EdgA", "Edge"),
    ("EdgiOS", "Edge"),
    ("YaBrowser", "Yandex Browser"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> tuple[str, str]:
    """The browser and the system that a User-Agent names; each empty when it is not known."""
    browser = next((name for mark, name in BROWSERS if f"{mark}/" in user_agent), "")
    return browser, next((name for mark, name in SYSTEMS if mark in user_agent), "")
