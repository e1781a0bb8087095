"""Pages that only say that there is nothing yet: 栏目建设中, 暂无内容. The site answers 200; there is no report and no list."""

import re

from pipelines.crawl.classification.page import Page

_SAYS = re.compile(
    r"(?:该|本|此)?(?:栏目|页面|网页|内容|信息|网站)?(?:正在|尚在)?(?:建设|维护|更新|整理|完善)(?:中|之中)?(?:敬请期待|请稍候|请稍后)?"
    r"|(?:该|本|此)?(?:栏目|页面|目录|分类)?(?:下)?(?:暂时?|目前|尚)(?:没有|无|未发布|未公开)(?:任何|相关|更多|该类)*"
    r"(?:内容|信息|数据|记录|文章|资料|年报|报告|政府信息)?"
    r"|(?:内容|信息|栏目)(?:正在)?(?:更新|建设|整理)(?:中|之中)|敬请期待|没有(?:找到|查询到)?(?:相关|任何)?(?:内容|信息|数据|记录)"
)
_MARKS = re.compile(r"[\s,.!?;:，。！？；：、…~～\-—()（）【】\[\]·•]+")
_SORRY = re.compile(r"^(?:很?抱歉|对不起|提示)+")
_TRIED = re.compile(
    r"建设|维护中|更新中|整理中|完善中|暂无|暂时没有|暂没有|目前没有|目前无|尚无|尚未发布|敬请期待|没有相关|没有找到|没有任何"
)
_LONGEST = 30


def says_nothing_yet(page: Page) -> bool:
    """Whether an element of the page says so and nothing else; a sentence of a report that has the words does not count."""
    if not page.is_html or not _TRIED.search(page.text):
        return False
    for node in page.tree.css("body, body *"):
        if node.tag in ("script", "style", "a", "option", "title"):
            continue
        own = _SORRY.sub("", _MARKS.sub("", node.text(deep=False) or ""))
        if 2 < len(own) <= _LONGEST and _SAYS.fullmatch(own):
            return True
    return False
