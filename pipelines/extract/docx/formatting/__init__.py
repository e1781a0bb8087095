"""How Word shows text: styles, colours, the look of runs, the place of paragraphs, automatic numbers."""
