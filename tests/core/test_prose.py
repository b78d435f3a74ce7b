"""Long texts keep their shape, and nothing in them becomes markup."""

from apps.core.templatetags.prose import prose


def test_headings_lists_and_paragraphs_are_told_apart():
    text = "# Terms\n\nWe ask.\nYou decide.\n\n## Limits\n\n- A court\n  may order it.\n- It may become public."
    assert prose(text).replace("\n", "") == (
        "<h3>Terms</h3><p>We ask. You decide.</p><h3>Limits</h3>"
        "<ul><li>A court may order it.</li><li>It may become public.</li></ul>"
    )


def test_a_heading_may_stand_right_above_its_list():
    assert prose("## Limits\n- one\n- two") == "<h3>Limits</h3><ul><li>one</li><li>two</li></ul>"


def test_markup_is_shown_as_text():
    assert prose("<b>x</b>\n\n- <script>y</script>\n\n# <i>z</i>") == (
        "<p>&lt;b&gt;x&lt;/b&gt;</p>\n<ul><li>&lt;script&gt;y&lt;/script&gt;</li></ul>\n<h3>&lt;i&gt;z&lt;/i&gt;</h3>"
    )
