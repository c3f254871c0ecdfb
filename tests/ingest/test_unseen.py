"""What a mail program would not show of a body is known, with how it is hidden."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.ingest.unseen import unseen_in


def _texts(source: str) -> list[str]:
    return [each.text.strip() for each in unseen_in(source)]


@pytest.mark.parametrize(
    "element",
    [
        '<p style="display:none">secret</p>',
        '<p style="VISIBILITY: hidden">secret</p>',
        '<span style="font-size:0">secret</span>',
        '<span style="font-size:1px;line-height:1px">secret</span>',
        '<div style="opacity:0.0">secret</div>',
        '<div style="position:absolute;left:-9999px">secret</div>',
        '<div style="text-indent:-5000px">secret</div>',
        '<div style="height:0;overflow:hidden">secret</div>',
        '<p style="color:#fff">secret</p>',
        '<p style="color: rgb(254, 254, 254)">secret</p>',
        '<font color="white">secret</font>',
        '<table bgcolor="#000000"><tr><td style="color:black">secret</td></tr></table>',
        '<div style="background:#222"><b style="color:#262626">secret</b></div>',
        "<p hidden>secret</p>",
        '<div style="display:none"><p>secret</p></div>',
        '<style>.x{display:none}</style><p class="y x">secret</p>',
        "<!-- secret -->",
        '<img alt="secret">',
        '<a title="secret">shown</a>',
    ],
)
def test_what_nobody_sees_is_found(element: str) -> None:
    assert _texts(f"<p>Hello</p>{element}<p>Bye</p>") == ["secret"]


@pytest.mark.parametrize(
    "element",
    [
        '<p style="color:#ffffff;background-color:#0044cc">shown</p>',
        '<div style="background:#000"><b style="color:white">shown</b></div>',
        '<p style="color:#333">shown</p>',
        '<p style="font-size:10px">shown</p>',
        '<p style="opacity:0.8">shown</p>',
        '<p style="max-height:0.5em">shown</p>',
        "<style>@media print{.x{display:none}}</style><p class=x>shown</p>",
        "<!--[if mso]>layout<![endif]-->",
        '<p style="display:none"></p><p>shown</p>',
        "</div></p><p>shown</p>",
    ],
)
def test_what_is_shown_is_not(element: str) -> None:
    assert _texts(f"<p>Hello</p>{element}<p>Bye</p>") == []


def test_a_preview_line_stands_before_what_is_shown_and_other_hidden_text_amid_it() -> None:
    preview = '<div style="display:none">Your statement is ready to read</div><p>Dear bank</p>'
    amid = '<p>Dear bank</p><p style="display:none">the customer has withdrawn it all</p><p>Bye</p>'

    assert [each.amid for each in unseen_in(preview)] == [False]
    assert [each.amid for each in unseen_in(amid)] == [True]
    assert [each.amid for each in unseen_in(f"<p>See</p><blockquote>{preview}</blockquote>")] == [
        False
    ]


def test_a_body_that_cannot_be_read_in_linear_time_has_none() -> None:
    assert unseen_in("<!--" * 200 + "secret") == ()


@given(st.text(alphabet="<>/!-= \"'abdivpstyle:none;", max_size=200))
def test_no_body_breaks_it(source: str) -> None:
    assert all(each.text for each in unseen_in(source))
