"""The allow-list: what is live or loads is gone, what a report needs stays."""

from __future__ import annotations

import pytest

from cxlab.report.clean import clean, verbatim

PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "live",
    [
        "<script>x()</script>",
        '<img src="data:image/png;base64,AA" onerror="x()">',
        '<svg onload="x()"></svg>',
        '<a href="javascript:x()">a</a>',
        '<a href="https://example.org">a</a>',
        '<img src="https://example.org/a.png">',
        '<img src="../b/secret.png">',
        '<img srcset="a.png 2x">',
        "<style>p{background:url(http://e.org)}</style>",
        '<p style="background:url(http://e.org)">a</p>',
        '<p style="position:fixed;display:none">a</p>',
        '<iframe src="file:///etc/passwd"></iframe>',
        '<object data="a"></object>',
        "<form><input></form>",
        '<svg><foreignObject><p onclick="x()">a</p></foreignObject></svg>',
        '<svg><image href="http://e.org/a"/></svg>',
        '<svg><use href="http://e.org/a#b"/></svg>',
        '<rect fill="url(http://e.org)"/>',
        '<meta http-equiv="refresh">',
        '<base href="http://e.org/">',
        '<link rel="attachment" href="file:///etc/passwd">',
        "<math><mtext></mtext></math>",
        '<img src="data:text/html;base64,AA">',
        '<svg><a xlink:href="javascript:x()"><text>a</text></a></svg>',
        '<svg><animate attributeName="href" values="javascript:x()"/></svg>',
        "<noscript><p title='</noscript><img src=x>'>",
    ],
)
def test_live_markup_and_addresses_are_dropped(live: str) -> None:
    cleaned = clean(live)
    for word in (
        "script",
        "onerror",
        "onload",
        "onclick",
        "http",
        "url(",
        "file:",
        "../",
        "position",
        "display",
        "srcset",
        "text/html",
        "iframe",
        "input",
        "foreign",
        "animate",
        "<use",
        "<image",
        "<meta",
        "<link",
        "<base",
    ):
        assert word not in cleaned.lower()


@pytest.mark.parametrize(
    "kept",
    [
        '<figure><figcaption><h3 id="a">A</h3></figcaption>'
        f'<img src="{PIXEL}" alt="a line" width="86" height="40"></figure>',
        '<table class="forest"><thead><tr><th scope="col" class="n">n</th></tr></thead>'
        '<tbody><tr><th scope="row">A</th>'
        '<td colspan="2">1</td></tr></tbody></table>',
        '<svg viewBox="0 0 12 12" width="9" height="9" role="img"><title>Higher</title><path d="M6 1.5 11 10.5H1Z" '
        'fill="#0B5FA5"></path></svg>',
        '<span style="left:33.3%">20</span>',
        '<p dir="rtl" lang="fa">سلام</p>',
        '<a href="#fig1">figure 1</a>',
        '<h2 data-contents="short">long</h2>',
    ],
)
def test_markup_of_a_report_passes_unchanged(kept: str) -> None:
    assert clean(kept) == kept


def test_a_comment_is_text_letter_for_letter() -> None:
    comment = '**bold** <b onclick="x()">b</b> [a](javascript:x()) $5 and $10'
    assert verbatim(comment) == (
        '<blockquote class="verbatim"><bdi dir="auto">**bold** &lt;b onclick="x()"&gt;b&lt;/b&gt; [a](javascript:x()) '
        "$5 and $10</bdi></blockquote>"
    )


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_marks_that_turn_the_direction_are_shown(code: int) -> None:
    shown = verbatim(f"good{chr(code)}bad")
    assert chr(code) not in shown
    assert f'good<span class="control">U+{code:04X}</span>bad' in shown


def test_a_persian_half_space_in_a_comment_stays() -> None:
    assert "می\u200cکنند" in verbatim("می\u200cکنند")
