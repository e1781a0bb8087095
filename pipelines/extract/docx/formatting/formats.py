"""All that says how the text of a document looks, in one object."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipelines.extract.docx.formatting import paragraph_layout
from pipelines.extract.docx.formatting.colours import Grounds, Theme, page_grounds, shading
from pipelines.extract.docx.formatting.numbering import Numbering
from pipelines.extract.docx.formatting.run_properties import RunProperties, Surroundings
from pipelines.extract.docx.formatting.styles import NOTHING, Formatting, Properties, Styles, properties
from pipelines.extract.docx.names import W
from pipelines.extract.docx.package_parts import PackageParts


@dataclass(frozen=True)
class Formats:
    """Styles, colours and numbers of a document; ``paper`` is what its text stands on where nothing is shaded."""

    styles: Styles
    runs: RunProperties
    theme: Theme
    numbering: Numbering
    paper: Grounds

    def paragraph(self, paragraph: Element, inherited: Formatting, below: Grounds) -> tuple[Properties, Surroundings]:
        """The layout of a paragraph, and what its runs inherit.

        Args:
            paragraph: a ``w:p``.
            inherited: what the style of the table around it says.
            below: the shading of the cell around it, or the paper.
        """
        direct = properties(paragraph.find(f"{W}pPr"))
        style = self.styles.find("paragraph", direct.get("pStyle"))
        layout = paragraph_layout.merged((self.styles.defaults, inherited, style), direct)
        ground = shading(layout.get("shd"), self.theme) or below
        return layout, Surroundings((self.styles.defaults.run, inherited.run, style.run), ground)

    def around(self, paragraph: Element, below: Grounds) -> tuple[Surroundings, ...]:
        """What the runs of a paragraph outside of tables inherit."""
        return (self.paragraph(paragraph, NOTHING, below)[1],)


def formats_of(parts: PackageParts) -> Formats:
    """Read the parts of a package that say how its text looks."""
    theme_part, settings = parts.named.get("theme"), parts.named.get("settings")
    styles, theme = Styles(parts.named.get("styles")), Theme(theme_part, settings)
    runs = RunProperties(styles, theme, theme_part, parts.named.get("fontTable"))
    numbering = Numbering(parts.named.get("numbering"), styles)
    return Formats(styles, runs, theme, numbering, page_grounds(parts.body, settings, theme))
