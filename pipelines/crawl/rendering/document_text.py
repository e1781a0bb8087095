"""What a page shows once its scripts have run, as one HTML document.

``outerHTML`` leaves out what stands in shadow trees and in frames. Where a page has such, a copy is made in which the content of
a shadow tree stands in the place of its host's, and what a frame of the same host shows in the place of the frame.
"""

from typing import Any

from schemas.errors import GongkaiError

MAX_HTML = 20_000_000
_DOCTYPE = 'document.doctype ? new XMLSerializer().serializeToString(document.doctype) : ""'
_FLAT = """
  const inert = document.implementation.createHTMLDocument("");
  const isShown = node => !node.checkVisibility || node.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const framed = node => { try { return node.contentDocument; } catch (error) { return null; } };
  const into = (copy, nodes, within) => { for (const node of nodes) for (const made of flat(node, within)) copy.append(made); };
  const flat = (node, within) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return [inert.importNode(node, true)];
    const name = node.localName;
    if (name === "template") return [inert.importNode(node, true)];
    if (within && !["style", "script", "link", "br"].includes(name) && name !== "slot" && !isShown(node)) return [];
    if (within && name === "slot") {
      const holder = inert.createElement("span"), given = node.assignedNodes();
      into(holder, given.length ? given : node.childNodes, within);
      return [...holder.childNodes];
    }
    const inner = framed(node);
    if (inner && inner.body && isShown(node) && node.clientWidth > 1 && node.clientHeight > 1) {
      const holder = inert.createElement("div");
      into(holder, inner.querySelectorAll("head style"), true);
      into(holder, inner.body.childNodes, true);
      return [holder];
    }
    const copy = inert.importNode(node, false);
    into(copy, node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes, within || !!node.shadowRoot);
    return [copy];
  };
"""
_WRITTEN = f"""(() => {{
  const root = document.documentElement, plain = root ? root.outerHTML : "";
  if (plain.length > LARGEST) return plain.length;
  {_FLAT}
  const isParted = [...document.querySelectorAll("*")].some(node => node.shadowRoot || framed(node));
  let html = plain;
  if (isParted) {{
    try {{ html = flat(root, false)[0].outerHTML; }} catch (error) {{ if (!(error instanceof RangeError)) throw error; }}
  }}
  return html.length > LARGEST ? html.length : ({_DOCTYPE}) + html;
}})()"""


class TooLarge(GongkaiError):
    """The document has more characters than are kept."""


def document_text(context: Any, page: Any, largest: int | None = None) -> str:
    """The document as HTML, measured before it is fetched; in a world of its own, where the page has changed nothing.

    Raises:
        TooLarge: it is longer than ``largest``, by default ``MAX_HTML``.
    """
    most = MAX_HTML if largest is None else largest
    session = context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
    asked = {"expression": _WRITTEN.replace("LARGEST", str(most)), "contextId": world, "returnByValue": True}
    found = session.send("Runtime.evaluate", asked)["result"].get("value")
    if not isinstance(found, str):
        raise TooLarge(f"the page has {found or 'too many'} characters, more than {most}")
    return found
