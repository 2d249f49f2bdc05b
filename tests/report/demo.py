"""A report notebook as the house writes it, in three languages: it uses every class of the markup.

Run as a program it writes the pages: python tests/report/demo.py FOLDER
"""

from __future__ import annotations

import base64
import io
import sys
from datetime import date
from pathlib import Path

import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image, ImageDraw

from cxlab.report.meta import Meta
from cxlab.words.locale import Locale, locale

BRAND, MID, PALE, INK, RULE = "#5E2750", "#A1839D", "#EAE1E8", "#1B1F24", "#D5D9DD"
SHAPES = {
    "higher": '<path d="M6 1.5 11 10.5H1Z" fill="{}"/>',
    "lower": '<path d="M6 10.5 1 1.5H11Z" fill="{}"/>',
    "unclear": '<path d="M6 1 11 6 6 11 1 6Z" fill="#FFFFFF" stroke="#4A5159" stroke-width="1.5"/>',
}
COLOURS = {"better": "#0B5FA5", "worse": "#C4500B", "": "#4A5159"}

# English, Vietnamese, Persian
TEXT: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


class _Writer:
    """The pieces of the demo in one language."""

    def __init__(self, code: str) -> None:
        self.words: Locale = locale(code)
        self.column = ("en", "vi", "fa").index(code)

    def t(self, key: str) -> str:
        return TEXT[key][self.column]

    def m(self, key: str, **given: str | int) -> str:
        return self.words.message(key, **given)

    def verdict(self, kind: str, judged: str = "", gloss: bool = True) -> str:
        shape = SHAPES[kind].format(COLOURS[judged])
        more = f'<span class="gloss"> · {self.m("verdict." + judged)}</span>' if judged and gloss else ""
        name = self.m("verdict." + kind)
        return (
            f'<span class="verdict{" is-" + judged if judged else ""}">'
            f'<svg class="shape" viewBox="0 0 12 12" width="9" '
            f'height="9" role="img"><title>{name}</title>{shape}</svg>{name}{more}</span>'
        )

    def card(self, key: str, value: str, unit: str, interval: str, change: str, facts: tuple[str, str]) -> str:
        detectable, base = facts
        return f"""<article class="card"><h3>{self.t(key)}<small>{self.t(key + "_of")}</small></h3>
<div class="card-main"><div class="card-value"><p class="value">{value}{unit}</p>
<p class="interval">{interval}</p></div>
<div class="card-trend"><img class="spark" src="{picture(132, 44)}" alt="{self.t("alt")}" width="132" height="44">
<p class="span"><span>{self.t("first")}</span><span>{self.t("last")}</span></p></div></div>
<p class="change">{change}</p>
<dl class="facts"><div><dt>{self.m("report.detectable")}</dt><dd class="num">{detectable}</dd></div>
<div><dt>{self.m("report.base")}</dt><dd><span class="num">{base}</span></dd></div></dl></article>"""

    def cards(self) -> list[str]:
        w, m = self.words, self.m
        level = m("report.interval", level=w.percent(0.95, 0))

        def interval(low: float, high: float, unit: str) -> str:
            return f'{level} <span class="num">{w.interval(low, high, unit)}</span>'

        def delta(change: float, low: float, high: float, unit: str) -> str:
            return (
                f'<span class="delta"><b class="num">{w.bare(change, unit, signed=True)}</b> '
                f'<span class="num paren">({w.interval(low, high, unit)})</span></span>'
            )

        percent = '<span class="unit">٪</span>' if w.code == "fa" else '<span class="unit">%</span>'
        minutes = (
            f'<span class="unit unit-word">{w.value(42 * 60, "seconds", time="minutes").split(maxsplit=1)[1]}</span>'
        )
        up, down, unclear = self.verdict("higher", "better"), self.verdict("lower", "worse"), self.verdict("unclear")
        alm = "\u061c" if w.code == "fa" else ""
        return [
            self.card("nps", w.number(36.2), "", interval(32.7, 39.6, "points"), up + delta(7.8, 2.8, 12.8, "points"),
                      (w.number(7.1), m("noun.answers", n=1818))),
            self.card("csat", alm + w.number(82.4), percent, interval(0.806, 0.841, "share"),
                      unclear + delta(-0.9, -3.4, 1.6, "points"), (w.number(3.6), m("noun.answers", n=1803))),
            self.card("ces", w.number(5.31, 2), "", interval(5.24, 5.38, "scale points"),
                      unclear + delta(0.03, -0.07, 0.13, "scale points"),
                      (w.number(0.14, 2), m("noun.answers", n=1760))),
            self.card("frt", w.number(42, 0), minutes, interval(2400, 2700, "seconds"),
                      self.verdict("higher", "worse") + delta(420, 180, 660, "seconds"),
                      (w.number(6, 0), m("noun.tickets", n=3204))),
            self.card("fcr", alm + w.number(68.9), percent, interval(0.662, 0.715, "share"),
                      down + delta(-6.0, -9.8, -2.2, "points"), (w.number(5.4), m("noun.answers", n=1166))),
            self.card("sl", alm + w.number(81.1), percent, m("state.counted_in_full"),
                      self.verdict("higher") + f'<span class="delta"><b class="num">{w.number(1.3, signed=True)}</b> '
                      f'{m("state.within_usual")}</span>', (w.number(3.1), m("noun.calls", n=21480))),
        ]  # fmt: skip

    def executive(self) -> str:
        cards = self.cards()
        rows = "".join(f'<div class="row">{"".join(cards[at : at + 2])}</div>' for at in (0, 2, 4))
        texts = [
            (self.m("report." + name), self.t(key))
            for name, key in (
                ("what_changed", "changed"),
                ("what_needs_attention", "attention"),
                ("what_we_cannot_tell", "cannot"),
                ("for_the_board", "decide"),
            )
        ]
        finding = [
            f'<div class="finding{" decide" if at == 3 else ""}"><h3>{head}</h3><p>{text}</p></div>'
            for at, (head, text) in enumerate(texts)
        ]
        point = (
            f'<svg viewBox="0 0 40 10" width="34" height="8" role="img"><title>{self.t("key")}</title>'
            f'<rect x="0" y="2" width="40" height="6" fill="{MID}"/><circle cx="20" cy="5" r="3.5" fill="{BRAND}" '
            'stroke="#FFFFFF"/></svg>'
        )
        keys = [point + self.t("key"), *(self.verdict(kind) for kind in SHAPES), self.t("blue")]
        return f"""<header class="masthead"><h1>{self.t("h1")}</h1><p class="lead">{self.t("lead")}</p></header>
<section class="measures"><h2 class="bar">{self.m("report.headline_measures")}
<small>{self.t("against")}</small></h2>
<div class="cards">{rows}</div></section>
<div class="findings"><div class="row">{finding[0]}{finding[1]}</div>
<div class="row">{finding[2]}{finding[3]}</div></div>
<aside class="key" aria-label="{self.m("report.how_to_read")}"><h3>{self.m("report.how_to_read")}</h3>
<ul>{"".join(f"<li>{key}</li>" for key in keys)}</ul></aside>"""

    def forest(self) -> str:
        w = self.words
        rows = [
            ("A", 520, 46.5, 40.1, 52.4, "higher", 14.5, "B"),
            ("B", 468, 16.7, 9.5, 23.7, "lower", -26.3, ""),
            ("C", 430, 43.7, 36.5, 50.3, "unclear", 9.9, "B"),
            ("D", 24, 33.3, 1.4, 57.9, "", 0, ""),
            ("", 1818, 36.2, 32.7, 39.6, "", 0, ""),
        ]
        names, heads = self.t("regions").split("|"), self.t("heads").split("|")
        body = ""
        for (letter, n, value, low, high, kind, change, above), name in zip(rows, names, strict=True):
            judged = {"higher": "better", "lower": "worse"}.get(kind, "")
            against = self.verdict(kind, judged, gloss=False) if kind else self.m("state.small_base") if letter else ""
            against += f' <span class="delta num">{w.number(change, signed=True)}</span>' if kind else ""
            body += (
                f'<tr{"" if letter else " class=total"}><td class="letter">{letter}</td><th scope="row">{name}</th>'
                f'<td class="n">{w.count(n)}</td><td class="n strong">{w.number(value)}</td>'
                f'<td class="n iv">{w.interval(low, high, "points")}</td>'
                f'<td class="glyph">{_bar(w, value, low, high, n < 30)}</td>'
                f'<td class="vs">{against}</td><td class="letters">{above}</td></tr>'
            )
        ticks = "".join(f'<span style="left:{100 * at / 60:.1f}%">{w.count(at)}</span>' for at in (0, 20, 40, 60))
        head = (
            f'<th scope="col" class="letter"></th><th scope="col">{heads[0]}</th>'
            + "".join(f'<th scope="col" class="n">{head}</th>' for head in heads[1:4])
            + f'<td class="glyph"><div class="ticks">{ticks}</div></td>'
            + f'<th scope="col">{heads[4]}</th><th scope="col" class="letters">{heads[5]}</th>'
        )
        return f"""<header class="section-head"><p class="kicker">{self.t("section")}</p>
<h2 data-contents="{self.t("short")}">{self.t("h2")}</h2><p class="lead">{self.t("base_lead")}</p></header>
<div class="wide"><div class="caption" id="fig1"><h3>{self.m("report.figure", number=1)}. {self.t("fig1")}</h3>
<p>{self.t("fig1_of")}</p></div><div class="scroll" tabindex="0" role="region" aria-labelledby="fig1">
<table class="forest"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>
<p class="note">{self.t("note1")}</p></div>"""

    def pairs(self) -> str:
        def figure(number: int, title: str) -> str:
            return (
                f"<figure><figcaption><h3>{self.m('report.figure', number=number)}. {self.t(title)}</h3>"
                f"<p>{self.t('fig_of')}</p></figcaption>"
                f'<img src="{picture(745, 433)}" alt="{self.t("alt")}" width="325" '
                f'height="189"><p class="base">{self.t("base")}</p></figure>'
            )

        items = "".join(f"<li>{item}</li>" for item in self.t("reading").split("|"))
        return (
            f'<div class="pair">{figure(2, "fig2")}{figure(3, "fig3")}</div>'
            f'<div class="pair"><div class="reading"><h3>{self.m("report.reading_figures")}</h3><ul>{items}</ul></div>'
            f"<div>{verbatim_of(self.t('comment'))}</div></div>"
        )

    def appendix(self) -> str:
        w, heads, row = self.words, self.t("def_heads").split("|"), self.t("def_row").split("|")
        cells = "".join(f"<td>{cell}</td>" for cell in row)
        names = ("nps", "csat", "ces", "frt", "fcr", "sl")
        body = "".join(f'<tr><th scope="row">{self.t(name)}</th>{cells}</tr>' for name in names)
        ledger = zip(self.t("ledger").split("|"), (1902, 84, 1818), self.t("ledger_why").split("|"), strict=True)
        lines = "".join(
            f'<tr{" class=total" if n == 1818 else ""}><th scope="row">{step}</th>'
            f'<td class="n">{w.count(n)}</td><td>{why}</td></tr>'
            for step, n, why in ledger
        )
        term, meaning = self.t("terms").split("|")
        facts = (
            (self.m("report.period"), self.t("period")),
            (self.m("report.time_zone"), w.isolate("Asia/Ho_Chi_Minh")),
            (self.m("report.built_with"), w.isolate("cxlab 1.0")),
            (self.m("report.fingerprint"), w.isolate("3f9a07c1")),
        )
        dls = [f"<dl><dt>{name}</dt><dd>{fact}</dd></dl>" for name, fact in facts]
        return f"""<header class="section-head"><p class="kicker">{self.m("report.appendix")}</p>
<h2>{self.m("report.definitions_method_data")}</h2><p class="lead">{self.t("appendix_lead")}</p></header>
<div class="wide"><div class="caption" id="tab1">
<h3>{self.m("report.table", number=1)}. {self.m("report.definitions_and_methods")}</h3></div>
<div class="scroll" tabindex="0" role="region" aria-labelledby="tab1"><table class="defs"><thead><tr>
{"".join(f'<th scope="col">{head}</th>' for head in heads)}</tr></thead><tbody>{body}</tbody></table></div></div>
<div class="pair"><div><div class="caption" id="tab2">
<h3>{self.m("report.table", number=2)}. {self.m("report.data_quality")}</h3></div>
<table class="ledger" aria-labelledby="tab2"><thead><tr><th scope="col">{self.m("report.step")}</th>
<th scope="col" class="n">{self.m("report.rows")}</th><th scope="col">{self.m("report.rule")}</th></tr></thead>
<tbody>{lines}</tbody></table></div><div><h3 class="terms-head">{self.m("report.comparisons")}</h3>
<dl class="terms"><dt>{term}</dt><dd>{meaning}</dd></dl></div></div>
<footer class="colophon"><h3>{self.m("report.colophon")}</h3>
<div class="row">{dls[0]}{dls[1]}</div><div class="row">{dls[2]}{dls[3]}</div></footer>"""


def _bar(w: Locale, value: float, low: float, high: float, small: bool) -> str:
    x = {at: f"{at * 3:.1f}" for at in (value, low, high)}
    grid = "".join(f'<path d="M{at}.0 0V24" stroke="{RULE}" stroke-width=".7"/>' for at in (0, 60, 120, 180))
    fill, point, edge = (PALE, "#FFFFFF", BRAND) if small else (MID, BRAND, "#FFFFFF")
    said = f"{w.number(value)} ({w.interval(low, high, 'points')})"
    return (
        f'<svg viewBox="-2 0 184 24" role="img"><title>{said}</title>{grid}<path d="M108.6 0V24" stroke="#4A5159" '
        f'stroke-width=".8" stroke-dasharray="3 3"/>'
        f'<rect x="{x[low]}" y="8.5" width="{(high - low) * 3:.1f}" height="7" '
        f'fill="{fill}"/>'
        f'<circle cx="{x[value]}" cy="12" r="3.7" fill="{point}" stroke="{edge}" stroke-width="1.2"/></svg>'
    )


def verbatim_of(comment: str) -> str:
    from cxlab.report.clean import verbatim

    return verbatim(comment)


def picture(width: int, height: int) -> str:
    """A line with a band, as a data address."""
    return "data:image/png;base64," + base64.b64encode(png(width, height)).decode()


def png(width: int, height: int) -> bytes:
    """The same line as the bytes of a PNG."""
    scale = 2 if width < 400 else 1
    image = Image.new("RGB", (width * scale, height * scale), "#FFFFFF")
    draw = ImageDraw.Draw(image)
    ys = [0.62, 0.66, 0.6, 0.63, 0.7, 0.64, 0.66, 0.6, 0.68, 0.63, 0.6, 0.22]
    points = [((at + 0.4) / 12 * width * scale, y * height * scale) for at, y in enumerate(ys)]
    band = height * scale * 0.14
    draw.polygon([(x, y - band) for x, y in points] + [(x, y + band) for x, y in reversed(points)], fill=PALE)
    draw.line(points, fill=BRAND, width=max(2, round(height * scale / 70)))
    x, y = points[-1]
    r = max(3, height * scale / 40)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=BRAND)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def cell(html: str, number: int, tags: tuple[str, ...] = (), kind: str = "display_data") -> NotebookNode:
    """A code cell that was run and shows HTML."""
    extra = {"execution_count": number} if kind == "execute_result" else {}
    output = new_output(kind, data={"text/html": html, "text/plain": "a table"}, **extra)
    return new_code_cell("r.show(figure)", execution_count=number, outputs=[output], metadata={"tags": list(tags)})


def notebook(code: str) -> NotebookNode:
    """The demo as an executed notebook."""
    w = _Writer(code)
    return new_notebook(cells=[
        new_code_cell("client = 'harbour'", execution_count=1, metadata={"tags": ["parameters"]}),
        cell(w.executive(), 2),
        cell(w.forest(), 3, kind="execute_result"),
        cell(w.pairs(), 4),
        cell(w.appendix(), 5, tags=("appendix",)),
    ])  # fmt: skip


def meta(code: str, **changes: object) -> Meta:
    """The demo's facts."""
    w = _Writer(code)
    facts = {
        "title": w.t("title"),
        "client": w.t("client"),
        "period_label": w.t("period"),
        "locale": code,
        "sample": True,
        "prepared_by": w.t("prepared"),
        "issued": date(2026, 11, 6),
        "description": w.t("base_lead"),
    }
    return Meta(**{**facts, **changes})  # type: ignore[arg-type]


if __name__ == "__main__":
    from cxlab.report.render import html, pdf

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("en", "vi", "fa"):
        (folder / f"{language}.html").write_text(html(notebook(language), meta(language)), encoding="utf-8")
        (folder / f"{language}.pdf").write_bytes(pdf(html(notebook(language), meta(language), on_paper=True)))
