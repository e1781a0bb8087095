"""Names of WordprocessingML that several modules need, and how to find elements by them."""

from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = ("0", "false", "off", "none")


def inner(element: Element | None, *names: str) -> Element | None:
    """The first descendant by a path of names, None where one is missing. Faster than a path of ElementTree."""
    for name in names:
        if element is None:
            return None
        element = element.find(W + name)
    return element
