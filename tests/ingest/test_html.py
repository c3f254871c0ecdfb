"""HTML bodies: the text a browser shows, exact offsets, linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.ingest.html import html_to_text, looks_like_html
from tests.textmap_laws import assert_laws


@pytest.mark.parametrize(
    "source",
    [
        "I <3 this bank",
        "if a < b and b > c",
        "<PERSON_1> wrote to <EMAIL_ADDRESS_2>",
        "Maria Lopez <maria@example.com>",
        "see <https://example.com/pay>",
        "enter <code> here and <title> there",
        "a &amp; b",
        "<",
        "x<y>z",
        "->",
        "",
    ],
)
def test_plain_text_is_not_taken_for_html(source: str) -> None:
    assert not looks_like_html(source)


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello",
        "<DIV class='a'>Hello",
        "Hello<br>there",
        "Hello<BR />there",
        "<b>Hello</b>",
        "<!DOCTYPE html>Hello",
        "<html><body>Hello",
        'line\n<span style="x">y',
    ],
)
def test_html_is_recognised(source: str) -> None:
    assert looks_like_html(source)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Hello,</p>\n<p>I am\n  Maria.</p>", "Hello,\n\nI am Maria."),
        ("a<div>b</div>c", "a\nb\nc"),
        ("a<br>b<br/><br><br>c", "a\nb\n\nc"),
        ("<b>Ma</b>ria <i>Lopez</i>", "Maria Lopez"),
        ("a <b> b</b>", "a b"),
        ("  <p>  a  </p>  ", "a"),
        ("a &amp; b &lt;c&gt; &eacute;&#233;&#xE9;", "a & b <c> ééé"),
        ("a&nbsp;b", "a\u00a0b"),
        ("a&#32;&#10; b", "a b"),
        ("&bogus; & &amp", "&bogus; & &"),
        ("a&#0;b", "a\ufffdb"),
        ("a&#" + "1" * 5000 + ";b", "a\ufffd" + "1" * 4992 + ";b"),
        ("<ul><li>one</li><li>two</li></ul>end", "- one\n- two\nend"),
        ("<ul><li><li>two", "- two"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1<td>2</table>", "A | B\n1 | 2"),
        ("<tr><td><p>C</p></td><td></td><td><p>D</p></td></tr>", "C | D"),
        ("<tr><td>A</td></tr><tr><td></td><td>B</td></tr>", "A\nB"),
        ("x<blockquote>a<br>b<p>c</p></blockquote>y", "x\n> a\n> b\n\n> c\n\ny"),
        ("<blockquote><blockquote>a</blockquote>b</blockquote>c", "> a\n> b\nc"),
        ("<pre>a\n  b &amp;\n</pre>c", "a\n  b &\n\nc"),
        ("<head><title>T</title><style>p {}</style></head><p>a", "a"),
        ("a<script>if (x<y) '<p>no</p>'</script>b", "ab"),
        ("a<SCRIPT>no</SCRIPT >b", "ab"),
        ("a<!-- no <p> -->b<!doctype x><?php no ?>c", "abc"),
        ("<title>never closed<p>seen", "seen"),
        ("<o:p>&nbsp;</o:p><v:shape>a</v:shape>", "\u00a0a"),
        ("<p>Dear <PERSON_1>, <a@b.example> &lt;X_2&gt;", "Dear <PERSON_1>, <a@b.example> <X_2>"),
        ("<p>a</unknown>b", "a</unknown>b"),
        ("<p>a < b <3 c", "a < b <3 c"),
        ("<p>an end <a href='x", "an end <a href='x"),
        ("", ""),
        ("<p></p>", ""),
    ],
)  # fmt: skip
def test_the_text_is_what_a_browser_shows(source: str, text: str) -> None:
    derived = html_to_text(source)
    assert derived.text == text
    assert_laws(derived, source)


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none">4111</span>',
        "<span hidden>4111</span>",
        '<p style="visibility:hidden">4111</p>',
        '<font color="#fff" style="font-size:0">4111</font>',
        "<template>4111</template>",
        "<noscript>4111</noscript>",
        "<textarea>4111</textarea>",
    ],
)
def test_text_that_is_hidden_by_style_is_kept_for_redaction(hidden: str) -> None:
    assert "4111" in html_to_text(f"<p>a</p>{hidden}").text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("to <a href='https://x.example/?a=1&amp;b'>it</a>.", "to (https://x.example/?a=1&b) it."),
        ('<a class="c" href=https://x.example/a>x</a>', "(https://x.example/a) x"),
        ("<a href='https://x.example/'>x.example</a>", "x.example"),
        ("<a href='mailto:maria@example.com'>Maria@Example.com</a>", "Maria@Example.com"),
        ("<a href='mailto:maria@example.com'>write</a>", "(mailto:maria@example.com) write"),
        ("<a href='https://x.example'>a <b>b</b></a><a href='http://y.example'>c</a>",
         "(https://x.example) a b(http://y.example) c"),
        ("<a href='javascript:alert(1)'>x</a> <a name=x>y</a> <a href='#top'>z</a>", "x y z"),
        ("<a href='https://x.example'></a>", "(https://x.example) "),
        ("<a href='http://x/&#" + "1" * 5000 + "'>x</a>", "(http://x/\ufffd" + "1" * 4992 + ") x"),
    ],
)  # fmt: skip
def test_the_address_of_a_link_is_kept_where_its_text_differs(source: str, text: str) -> None:
    derived = html_to_text(source)
    assert derived.text == text
    assert_laws(derived, source)


def test_a_link_s_address_leads_back_to_its_place_in_the_tag() -> None:
    source = '<p>a <a href="mailto:maria@example.com">write</a>'
    derived = html_to_text(source)
    start = derived.text.index("maria")
    end = start + len("maria@example.com")
    back = derived.to_source(start, end)
    assert source[slice(*back)] == "maria@example.com"


def test_a_name_that_tags_break_leads_back_to_all_of_it() -> None:
    source = "<p>Dear Ma<b>ria</b>&nbsp;Lopez,</p>"
    derived = html_to_text(source)
    assert derived.text == "Dear Maria\u00a0Lopez,"
    assert source[slice(*derived.to_source(5, 16))] == "Ma<b>ria</b>&nbsp;Lopez"


@pytest.mark.parametrize("source", ["<p>a<![x[ b", "<p>" + "<a " * 200, "<p>" + "<!-- " * 200])
def test_what_cannot_be_parsed_comes_back_as_it_is(source: str) -> None:
    assert html_to_text(source).text == source


FRAGMENTS = (
    "<", "<a ", "</", "<!--", "<!", "<?", "<![", "<![if x>", "<![CDATA[", "<!-- >", "&", "&#",
    "&#;", "&amp", '<a x="', "<a x='>", ">", "<script>", "</script", "<p>", "<br>", "<td>",
    "<blockquote>", "<a href='http://x'>", "<li>", "<pre>", "<title>",
    " ", "\n", "<x>", "]]>", "-->", "/", "=",
)  # fmt: skip


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_hostile_repetition_takes_linear_time(fragment: str) -> None:
    """Quadratic time would be minutes for this size: `<a ` took 5 s for 24 kB."""
    for opening in ("<p>", "<script>", "<!--", '<a x="', "<title>"):
        source = opening + fragment * (30_000 // len(fragment))
        started = time.process_time()
        html_to_text(source)
        assert time.process_time() - started < 2


def test_hostile_bodies_are_recognised_or_not_in_linear_time() -> None:
    started = time.process_time()
    for fragment in ("<", "<p ", "<!doctype ", "</", "</p "):
        looks_like_html(fragment * (300_000 // len(fragment)))
    assert time.process_time() - started < 5


@given(st.lists(st.sampled_from([*FRAGMENTS, "Maria", "é", "'", "&eacute;"]), max_size=25))
def test_every_map_obeys_the_laws(fragments: list[str]) -> None:
    source = "".join(fragments)
    assert_laws(html_to_text(source), source)


@given(st.lists(st.sampled_from(["Maria", "Lopez", "12", "<b>", "</b>", "<p>", "<td>", " ", "\n"])))
def test_no_word_of_a_simple_body_is_lost(fragments: list[str]) -> None:
    text = html_to_text("".join(fragments)).text
    words = "".join(part for part in fragments if part.isalnum())
    assert "".join(character for character in text if character.isalnum()) == words
