"""The golden article as WordPress, a page builder and a hand-written diary show it."""

from __future__ import annotations

from html import escape

from tests.articles.conftest import Story
from tests.articles.golden import furniture as f


def wordpress(story: Story) -> str:
    """A WordPress blog: block editor, share plugin, contents list, author box, reply form."""
    title = escape(story.headline)
    heading = '<h2 class="wp-block-heading" id="s">{}</h2>'
    body = story.html(heading, '<p class="wp-block-paragraph">{}</p>')
    widget = '<li><a class="wp-block-latest-posts__post-title" href="{href}">{title}</a></li>'
    card = """<div class="jp-relatedposts-post"><h4 class="jp-relatedposts-post-title">
      <a href="{href}">{title}</a></h4><p class="jp-relatedposts-post-excerpt">{excerpt}</p>
      <p class="jp-relatedposts-post-date">May {n}, 2025</p></div>"""
    comment = """<li id="comment-{n}" class="comment even thread-even depth-1"><article
      class="comment-body"><footer class="comment-meta"><b class="fn">{who}</b>
      <span class="says">says:</span> <a href="#comment-{n}">July 4, 2025 at 9:1{n} am</a></footer>
      <div class="comment-content"><p>{text}</p></div>
      <div class="reply"><a class="comment-reply-link"
href="#respond">Reply</a></div></article></li>"""
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><title>{title} &#8211; Gears &amp; Grain</title>
<meta name="generator" content="WordPress 6.8"><link rel="pingback" href="https://gears.example/x">
<meta property="og:title" content="{title} - Gears &amp; Grain">
<meta property="og:site_name" content="Gears &amp; Grain">
<meta property="article:published_time" content="2025-07-03T06:15:00+00:00">{f.SCRIPTS}</head>
<body class="wp-singular post-template-default single single-post postid-812 wp-theme-grain
 has-sidebar comments-open newsletter-enabled"><div id="page" class="hfeed site">
<a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<header id="masthead" class="site-header"><p class="site-title"><a href="/">Gears &amp;
Grain</a></p>
<p class="site-description">Notes on machines, money and bread</p>
<nav id="site-navigation" class="main-navigation"><button class="menu-toggle">Menu</button>
<ul id="primary-menu" class="menu">{f.links()}</ul></nav></header>
<div id="content" class="site-content"><div id="primary" class="content-area">
<main id="main" class="site-main"><article id="post-812" class="post-812 post type-post
 status-publish format-standard has-post-thumbnail hentry category-markets tag-asia">
<header class="entry-header"><span class="cat-links"><a href="/c/markets">Markets</a></span>
<h1 class="entry-title">{title}</h1>
<div class="entry-meta"><span class="posted-on"><a href="/812"><time class="entry-date published"
datetime="2025-07-03T06:15:00+00:00">July 3, 2025</time></a></span><span class="byline"> by <span
class="author vcard"><a class="url fn n" href="/author/mara">Mara Quill</a></span></span>
<span class="comments-link"><a href="#comments">4 Comments</a></span></div></header>
<div class="post-thumbnail"><img src="/i/hero.jpg" width="1200" height="675" alt=""></div>
<div class="entry-content"><p class="yoast-reading-time__wrapper"><span
class="yoast-reading-time__icon">
</span><span class="yoast-reading-time__descriptive-text">Estimated reading time: </span><span
class="yoast-reading-time__reading-time">2</span><span class="yoast-reading-time__time-unit">
minutes
</span></p>
<div id="toc_container" class="toc ez-toc-container"><p class="ez-toc-title">Table of Contents</p>
<ul class="ez-toc-list">{
        "".join(f'<li><a href="#s">{escape(heading)}</a></li>' for heading, _ in story.sections)
    }</ul></div>
{body}
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3>
<ul>{f.links(f.NETWORKS)}</ul></div>
<div class="sharedaddy sd-like"><h3 class="sd-title">Like this:</h3><span>Loading...</span></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3
class="jp-relatedposts-headline"><em>Related</em>
</h3>{f.teasers(card, 0, 3)}</div></div>
<footer class="entry-footer"><span class="tags-links">Tagged <a href="/t/asia">asia</a>,
<a href="/t/cars">cars</a></span></footer></article>
<div class="author-box"><img class="avatar" src="/a.png" alt=""><h2 class="author-title">About Mara
Quill</h2><p class="author-bio">{f.AUTHOR}</p><a href="/author/mara">View all posts</a></div>
<nav class="navigation post-navigation"><h2 class="screen-reader-text">Post navigation</h2>
{f.teasers('<div class="nav-previous"><a href="{href}">{title}</a></div>', 3, 2)}</nav>
<div id="comments" class="comments-area"><h2 class="comments-title">Comments</h2>
<ol class="comment-list">{f.comments(comment)}</ol>
<div id="respond" class="comment-respond"><h3 id="reply-title">Leave a Reply
<small><a rel="nofollow" href="#respond">Cancel reply</a></small></h3>
<form id="commentform"><p class="comment-notes">Your email address will not be published. Required
fields are marked *</p><p><label for="comment">Comment *</label><textarea
id="comment"></textarea></p>
<p><input type="checkbox" id="wp-consent"><label for="wp-consent">Save my name, email, and website
in
this browser for the next time I comment.</label></p><input type="submit" value="Post
Comment"></form>
</div></div></main></div>
<aside id="secondary" class="widget-area"><section class="widget widget_search"><form><label>Search
for:
</label><input type="search"></form></section>
<section class="widget widget_block"><h2>Recent
Posts</h2><ul>{f.teasers(widget, 2, 5)}</ul></section>
<section class="widget widget_archive"><h2>Archives</h2><ul>
{f.links(("July 2025", "June 2025", "May 2025", "April 2025"))}</ul></section>
<section class="widget widget_newsletter"><h2>Newsletter</h2><p>{
        f.NEWSLETTER
    }</p></section></aside></div>
<footer id="colophon" class="site-footer"><div class="site-info">{f.COPYRIGHT} Proudly powered by
WordPress.</div><ul>{f.links(f.LEGAL)}</ul></footer></div>
<div id="cookie-notice" class="cookie-notice-hidden" role="dialog"><span>{f.COOKIES}</span>
<button>Ok</button></div></body></html>"""


def page_builder(story: Story) -> str:
    """A page builder: every paragraph in a widget of its own, four divs deep, no article tag."""
    title = escape(story.headline)

    def widget(kind: str, content: str, n: int) -> str:
        return f"""<div class="elementor-element elementor-element-{n:x}a7f elementor-widget
 elementor-widget-{kind}" data-id="{n:x}a7f" data-element_type="widget" data-widget_type="{kind}">
<div class="elementor-widget-container">{content}</div></div>"""

    def column(content: str, width: int = 100) -> str:
        return f"""<div class="elementor-section elementor-top-section elementor-section-boxed"><div
 class="elementor-container elementor-column-gap-default"><div class="elementor-column
 elementor-col-{width} elementor-top-column"><div class="elementor-widget-wrap">{content}
</div></div></div></div>"""

    heading = '<h2 class="elementor-heading-title elementor-size-default">{}</h2>'
    rows = []
    for n, part in enumerate(story.html(heading, "<p>{}</p>").split("\n"), start=16):
        rows.append(column(widget("heading" if "<h2" in part else "text-editor", part, n)))
    rows.insert(
        5, column(widget("button", '<a class="elementor-button" href="/shop">Book now</a>', 9))
    )
    box = """<div class="elementor-post elementor-grid-item"><div class="elementor-post__text">
      <h3 class="elementor-post__title"><a href="{href}">{title}</a></h3>
      <div class="elementor-post__excerpt"><p>{excerpt}</p></div>
      <a class="elementor-post__read-more" href="{href}">Read More »</a></div></div>"""
    shares = '<div class="elementor-share-btn"><span>{text}</span></div>'
    return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="UTF-8"><title>{title} – Northway Consulting</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Northway
Consulting">
<meta property="article:published_time" content="2025-07-03T06:15:00+00:00">{f.SCRIPTS}</head>
<body class="elementor-default elementor-page elementor-page-77 popup-enabled">
<div data-elementor-type="header" class="elementor elementor-51 elementor-location-header">
{column(widget("nav-menu", f'<ul class="elementor-nav-menu">{f.links()}</ul>', 1))}</div>
<div data-elementor-type="single-post" class="elementor elementor-77 elementor-location-single">
{column(widget("theme-post-title", f'<h1 class="elementor-heading-title">{title}</h1>', 2))}
{
        column(
            widget("post-info", '<ul class="elementor-inline-items"><li>Mara Quill</li></ul>', 3)
            + widget("post-info", "<ul><li>July 3, 2025</li><li>2 Minutes</li></ul>", 4)
            + widget("share-buttons", f.links(f.NETWORKS, shares), 5)
        )
    }
{"".join(rows)}
{column(widget("share-buttons", f.links(f.NETWORKS, shares), 6))}
{column(widget("author-box", f"<h4>Mara Quill</h4><div>{f.AUTHOR}</div>", 7), 50)}
{
        column(
            widget("heading", '<h2 class="elementor-heading-title">You might also like</h2>', 8)
            + widget("posts", f'<div class="elementor-grid">{f.teasers(box, 2, 6)}</div>', 10)
        )
    }
{
        column(
            widget("heading", '<h2 class="elementor-heading-title">Our newsletter</h2>', 11)
            + widget("text-editor", f"<p>{f.NEWSLETTER}</p>", 12)
            + widget("form", '<form><input type="email"><button>Send</button></form>', 13)
        )
    }
{
        column(
            widget(
                "post-comments",
                "<h2>Comments</h2>"
                + f.comments('<div class="comment"><b>{who}</b><p>{text}</p></div>'),
                14,
            )
        )
    }</div>
<div data-elementor-type="footer" class="elementor elementor-60 elementor-location-footer">
{column(widget("text-editor", f"<p>{f.COPYRIGHT}</p>", 15), 33)}
{column(widget("icon-list", f"<ul>{f.links(f.LEGAL)}</ul>", 30), 33)}</div>
<div data-elementor-type="popup" class="elementor elementor-90 elementor-location-popup">
{column(widget("text-editor", f"<p>{f.COOKIES}</p>", 31))}</div></body></html>"""


def line_breaks(story: Story) -> str:
    """A diary without a single paragraph: line breaks, bold headings, side columns by float."""
    title = escape(story.headline)
    text = story.html("<b>{}</b><br><br>", "{}<br /><br />")
    side = '<a href="{href}">{title}</a><br>{excerpt}<br><br>'
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{title} :: Mara's Workbench</title>{f.SCRIPTS}</head>
<body bgcolor="#ffffff" link="#003399">
<div id="top"><a href="/"><img src="/logo.gif" alt="Mara's Workbench" width="320"
height="60"></a><br>
{f.links(item='<a href="{href}">{text}</a> | ')}</div>
<div id="left" style="float: left; width: 180px"><b>Older entries</b><br><br>
{f.teasers(side, 0, 8)}
<b>Rubrics</b><br>{f.links(item='<a href="{href}">{text}</a><br>')}
<b>Links</b><br>{f.links(f.LEGAL, '<a href="{href}">{text}</a><br>')}</div>
<div id="middle" style="margin-left: 200px"><h1>{title}</h1>
<small>Thursday, 3 July 2025, by Mara Quill in <a href="/cat/3">Money</a></small><br>
2 Minutes<br><br>
{text}
<br><small><a href="/812#c">Permalink</a> | <a href="/812/print">Print</a> |
<a href="/812/mail">Tell a friend</a> | <a href="/trackback/812">Trackback</a></small>
<hr><a name="c"></a><b>Comments</b><br><br>
{f.comments("{text}<br><small>Posted by {who} on 4 July 2025, 10:0{n}</small><br><br>")}
<form action="/comment" method="post">Name: <input name="n"><br>Text:<br><textarea
name="t"></textarea>
<br><input type="submit" value="Post"></form></div>
<div id="bottom"><small>{f.COPYRIGHT}<br>{f.ADVERTISEMENT}</small></div></body></html>"""
