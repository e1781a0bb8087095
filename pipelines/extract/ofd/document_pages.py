"""The pages of an OFD document, in order, with their templates and with what a reader has drawn on them.

Seals and watermarks stand in annotations and signatures, too. They are left out: what they cover is printed all the same.
"""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from pipelines.extract.ofd.attributes import numbers
from pipelines.extract.ofd.package import Package, child, children, local, place_of, text_of
from pipelines.extract.ofd.page_layers import POINT, LayerReader, Resources
from pipelines.extract.ofd.page_view import view
from pipelines.extract.ofd.painted import Image, Painted, Stroke
from pipelines.extract.packages import PackageRefusedError
from pipelines.extract.pdf.page.content import PageContent
from pipelines.extract.pdf.page.geometry import Matrix

MAX_PAGES = 500
_DRAWN = ("Path", "Highlight")
_MOST_OF_A_PAGE = 0.6
_A4 = (0.0, 0.0, 210.0, 297.0)


def properties(root: Element) -> dict[str, str]:
    """Title, author, creation date and the like, names lower-cased."""
    info = child(child(root, "DocBody"), "DocInfo")
    return {
        local(entry).lower(): entry.text.strip()[:500]
        for entry in (info if info is not None else ())
        if entry.text and entry.text.strip()
    }


def pages(package: Package) -> Iterator[PageContent]:
    """What can be seen of each page. Raises PackageRefusedError, TooMuchDrawn, or what a broken zip raises."""
    root = package.part("OFD.xml")
    if root is None:
        raise PackageRefusedError("the package has no OFD.xml")
    count = 0
    for body in children(root, "DocBody"):
        place = _document_place(package, body)
        document = package.part(place)
        if document is None:
            raise PackageRefusedError(f"the package has no {place}")
        for page in _document(package, place, document):
            count += 1
            if count > MAX_PAGES:
                raise PackageRefusedError(f"the OFD file has more than {MAX_PAGES} pages")
            yield page


def _document_place(package: Package, body: Element) -> str:
    """Where the document stands that is shown: the current one of its versions, where it names any."""
    for version in children(child(body, "Versions"), "Version"):
        place = place_of("OFD.xml", version.get("BaseLoc", ""))
        part = package.part(place) if (version.get("Current") or "").lower() in ("true", "1") else None
        if part is not None and text_of(part, "DocRoot"):
            return place_of(place, text_of(part, "DocRoot"))
    return place_of("OFD.xml", text_of(body, "DocRoot"))


def _document(package: Package, place: str, document: Element) -> Iterator[PageContent]:
    common = child(document, "CommonData")
    resources = Resources()
    for name in ("PublicRes", "DocumentRes"):
        for entry in children(common, name):
            listed = place_of(place, (entry.text or "").strip())
            resources.add(package.part(listed), listed)
    area = _physical_box(child(common, "PageArea")) or _A4
    templates = {t.get("ID", ""): place_of(place, t.get("BaseLoc", "")) for t in children(common, "TemplatePage")}
    reader = LayerReader(resources)
    drawn = _annotations(package, place, document)
    for entry in children(child(document, "Pages"), "Page"):
        where = place_of(place, entry.get("BaseLoc", ""))
        page = package.part(where)
        if page is None:
            raise PackageRefusedError(f"the package has no {where}")
        for extra in children(page, "PageRes"):
            listed = place_of(where, (extra.text or "").strip())
            resources.add(package.part(listed), listed)
        box = _physical_box(child(page, "Area")) or area
        before = reader.undrawn
        painted = [
            *_painted(package, reader, page, templates, box),
            *_drawn(package, reader, drawn.get(entry.get("ID", "")), box),
        ]
        content = view(painted, box[2] * POINT, box[3] * POINT, reader.undrawn - before)
        scan = _scan(painted, box[2] * POINT * box[3] * POINT)
        if scan in resources.media:
            content.scan = package.file(resources.media[scan])
        yield content


def _painted(
    package: Package,
    reader: LayerReader,
    page: Element,
    templates: dict[str, str],
    box: tuple[float, float, float, float],
) -> Iterator[Painted]:
    """Templates in the background, the page, templates in the foreground."""
    matrix = Matrix(POINT, 0, 0, POINT, -box[0] * POINT, -box[1] * POINT)
    under: list[Element] = []
    over: list[Element] = []
    for use in children(page, "Template"):
        template = package.part(templates.get(use.get("TemplateID", ""), ""))
        if template is not None:
            (over if (use.get("ZOrder") or "Background").lower() == "foreground" else under).append(template)
    for part in (*under, page, *over):
        yield from reader.painted(_in_order(child(part, "Content")), matrix)


def _scan(painted: Sequence[Painted], area: float) -> str:
    """The resource of the only image of a page that is a scan: it fills most of it, and nothing is drawn over it."""
    images = [thing for thing in painted if isinstance(thing, Image)]
    if len(images) != 1 or any(isinstance(thing, Stroke) for thing in painted):
        return ""
    (image,) = images
    return image.resource if (image.x1 - image.x0) * (image.bottom - image.top) > _MOST_OF_A_PAGE * area else ""


def _annotations(package: Package, place: str, document: Element) -> dict[str, str]:
    """Where the annotations of a page stand, by its id."""
    index = place_of(place, text_of(document, "Annotations"))
    part = package.part(index) if child(document, "Annotations") is not None else None
    return {page.get("PageID", ""): place_of(index, text_of(page, "FileLoc")) for page in children(part, "Page")}


def _drawn(
    package: Package, reader: LayerReader, place: str | None, box: tuple[float, float, float, float]
) -> Iterator[Painted]:
    """What a reader has drawn on a page: lines, areas that cover what is printed, text."""
    for annotation in children(package.part(place) if place else None, "Annot"):
        is_shown = (annotation.get("Visible") or "true").lower() not in ("false", "0")
        if not is_shown or annotation.get("Type") not in _DRAWN:
            continue
        for appearance in children(annotation, "Appearance"):
            left, top, *_ = (*numbers(appearance.get("Boundary")), 0.0, 0.0)
            matrix = Matrix(POINT, 0, 0, POINT, (left - box[0]) * POINT, (top - box[1]) * POINT)
            yield from reader.painted_group(appearance, matrix, {}, 0)


def _in_order(content: Element | None) -> Element | None:
    """Layers by their type: background, body, foreground; within one type as they stand."""
    if content is None:
        return None
    order = {"background": 0, "body": 1, "foreground": 2}
    ordered = sorted(content, key=lambda layer: order.get((layer.get("Type") or "Body").lower(), 1))
    copy = Element(content.tag)
    copy.extend(ordered)
    return copy


def _physical_box(area: Element | None) -> tuple[float, float, float, float] | None:
    values = numbers(text_of(area, "PhysicalBox")) if area is not None else []
    if len(values) < 4 or values[2] <= 0 or values[3] <= 0:
        return None
    return values[0], values[1], min(values[2], 5_000.0), min(values[3], 5_000.0)
