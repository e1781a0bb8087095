"""Labels of a header that are damaged, made whole: halves that a page break parted, ends that are lost, gaps within a label."""

from collections.abc import Sequence

from pipelines.read.tables.columns.header import HeaderLabel
from pipelines.read.tables.label_matching import exact, is_cut_end
from schemas.forms.catalogue import Node

MAX_UNKNOWN = 60
"""Unknown labels in one header, above which no halves are looked for among them: table four, cut in two, prints 36."""


def with_cut_ends(labels: Sequence[HeaderLabel], nodes: Sequence[Node]) -> Sequence[HeaderLabel]:
    """Labels that lost their end (商业企) made whole, where one label alone, which is printed nowhere else, can be meant."""
    printed = {label.name for label in labels}
    absent = [node for node in nodes if not node.names & printed]
    whole = [label if exact(label.name, nodes) else _whole(label, absent) for label in labels]
    return whole if len({label.name for label in whole}) == len(printed) else labels


def _whole(label: HeaderLabel, absent: Sequence[Node]) -> HeaderLabel:
    meant = {name for node in absent for name in node.names if is_cut_end(label.name, name)}
    owners = {node.label for node in absent if node.names & meant}
    return label._replace(name=min(meant)) if len(owners) == 1 else label


def without_gaps(labels: Sequence[HeaderLabel], leaves: Sequence[Node]) -> Sequence[HeaderLabel]:
    """Two labels beside each other that name one column, as both together do (历年 累计), are one."""
    whole: list[HeaderLabel] = []
    for label in labels:
        spelled = whole[-1].name + label.name if whole else ""
        owners = [exact(name, leaves) for name in (spelled, label.name, whole[-1].name if whole else "")]
        if all(owners) and len({node.order for found in owners for node in found}) == 1:
            whole[-1] = whole[-1]._replace(name=spelled)
        else:
            whole.append(label)
    return whole


def with_halves_joined(labels: Sequence[HeaderLabel], nodes: Sequence[Node]) -> Sequence[HeaderLabel]:
    """Labels that a page break cut in two (自然 at the foot of one page, 人 at the head of the next) made whole.

    All or nothing: the halves pair off in printed order, no half is left over, and no whole label stands in the row of the
    lower halves. Otherwise a label, or a lower half that happens to be one (维持 under 结果), would lose its place.
    """
    names = [label.name for label in labels]
    known = {name for node in nodes for name in node.names}
    unknown = [index for index, name in enumerate(names) if name not in known]
    if len(unknown) > MAX_UNKNOWN:
        return labels
    lower_of = _halves(names, unknown, known)
    lowers = set(lower_of.values())
    left = [names[index] for index in unknown if index not in lower_of and index not in lowers]
    if not lower_of or max(lower_of) > min(lowers) or _are_halves(left, known) or _are_mixed(labels, lowers):
        return labels
    return [
        label._replace(name=label.name + names[lower_of[index]]) if index in lower_of else label
        for index, label in enumerate(labels)
        if index not in lowers
    ]


def _halves(names: Sequence[str], unknown: Sequence[int], known: set[str]) -> dict[int, int]:
    """Upper half → lower half, by index; together they spell a known name. The lower halves keep their order."""
    lower_of: dict[int, int] = {}
    last = -1
    for index in unknown:
        if index in lower_of.values():
            continue
        fits = (other for other in unknown if other > max(index, last) and names[index] + names[other] in known)
        lower = next(fits, None)
        if lower is not None:
            lower_of[index] = last = lower
    return lower_of


def _are_halves(left: Sequence[str], known: set[str]) -> bool:
    """Whether an unknown label that found no partner begins or ends a known one."""
    return any(name.startswith(half) or name.endswith(half) for name in known for half in left)


def _are_mixed(labels: Sequence[HeaderLabel], lowers: set[int]) -> bool:
    """Whether other labels stand in the rows of the lower halves."""
    rows = {labels[index].row for index in lowers}
    return any(label.row in rows and index not in lowers for index, label in enumerate(labels))
