"""One style sheet for the site: what theme and extensions bring, without the rules that nothing uses."""

import re
from collections.abc import Callable, Iterable, Iterator
from posixpath import dirname, join, normpath

from compendium.publishing.icons import Icons, as_mask

# What must be stepped over as a whole, and what ends a part of a rule.
TOKEN = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)"']*\)|\\.|[{};]""", re.DOTALL)
NESTING = ("@media", "@supports", "@layer", "@container")
PSEUDO_FUNCTION = re.compile(r"::?[\w-]+\((?:[^()]|\([^()]*\))*\)")
ATTRIBUTE = re.compile(r"""\[(?:"[^"]*"|'[^']*'|[^\]])*\]""")
NAME = re.compile(r"[.#]((?:[\w-]|\\.)+)")
LOCAL_URL = re.compile(r"""url\((["']?)(?!data:|#|https?:|/)([^)"']+)\1\)""")
IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')]+)["']?\)?""")
USED_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
VARIABLE = re.compile(r"(--[\w-]+)\s*:")
ICON_CONTENT = re.compile(r"content:\s*var\((--pst-icon-[\w-]+)\)")
LITERAL_ICON = re.compile(r'content:\s*"\\(f[0-9a-f]{3})"')
MASKED = "mask-position:center;mask-repeat:no-repeat;mask-size:contain;background-color:currentColor"


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """The rules of a sheet in order, as (what stands before the brace, what stands in it).

    A statement without braces has nothing in it. Comments are left out.
    """
    css = TOKEN.sub(lambda token: "" if token[0].startswith("/*") else token[0], css)
    begun, depth, head = 0, 0, ""
    for token in TOKEN.finditer(css):
        if token[0] == "{":
            if depth == 0:
                head, begun = css[begun : token.start()].strip(), token.end()
            depth += 1
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                yield head, css[begun : token.start()]
                begun = token.end()
        elif token[0] == ";" and depth == 0:
            yield css[begun : token.start()].strip(), None
            begun = token.end()


def split(text: str, separator: str) -> list[str]:
    """The parts of a selector list or of a block, split where no bracket or string is open."""
    parts, depth, begun = [], 0, 0
    for token in re.finditer(rf"""["'][^"']*["']|\\.|[()\[\]]|{re.escape(separator)}""", text):
        if token[0] in "([":
            depth += 1
        elif token[0] in ")]":
            depth -= 1
        elif token[0] == separator and depth == 0:
            parts.append(text[begun : token.start()].strip())
            begun = token.end()
    return [part for part in [*parts, text[begun:].strip()] if part]


def names(selector: str) -> set[str]:
    """The classes and ids an element must have for a selector to apply; alternatives do not count."""
    plain = ATTRIBUTE.sub("", PSEUDO_FUNCTION.sub("", selector))
    return {name.replace("\\", "") for name in NAME.findall(plain)}


def edited(css: str, edit: Callable[[str, str], tuple[str, list[str]]]) -> str:
    """A sheet whose rules, also those within @media and the like, are what `edit` makes of head and body.

    `edit` gives the new head and the new declarations; a rule left without either is dropped.
    """
    kept = []
    for head, body in rules(css):
        if body is None:
            kept.append(f"{head};")
            continue
        head, lines = (head, [edited(body, edit)]) if head.startswith(NESTING) else edit(head, body)
        block = ";".join(lines)
        kept += [f"{head}{{{block}}}"] if head and block else []
    return "".join(kept)


def trim(css: str, used: set[str]) -> str:
    """The rules whose selectors may apply, given the classes and ids that are used anywhere."""

    def applying(head: str, body: str) -> tuple[str, list[str]]:
        if head.startswith("@"):
            return head, [body.strip()]
        return ",".join(one for one in split(head, ",") if names(one) <= used), split(body, ";")

    return edited(css, applying)


def without_unused_variables(css: str, elsewhere: set[str]) -> str:
    """Drop custom properties that neither the sheet nor anything else reads, and rules left empty."""
    while True:
        read = elsewhere | set(USED_VARIABLE.findall(css))
        slimmer = edited(css, lambda head, body, read=read: (head, _read_lines(head, body, read)))
        if slimmer == css:
            return css
        css = slimmer


def _read_lines(head: str, body: str, read: set[str]) -> list[str]:
    return [body] if head.startswith("@") else [line for line in split(body, ";") if not _unread(line, read)]


def _unread(line: str, read: set[str]) -> bool:
    """Whether a declaration sets a custom property that nothing reads."""
    variable = VARIABLE.match(line)
    return bool(variable) and variable[1] not in read


def without_icon_fonts(css: str, icons: Icons) -> str:
    """Draw the icons that rules put before or after text as masks, so that no icon font is needed."""

    def masked(head: str, body: str) -> tuple[str, list[str]]:
        if head.startswith("@font-face") and "Font Awesome" in body.replace("\\", ""):
            return "", []
        return head, [_masked(line, body, icons) for line in split(body, ";")]

    return edited(css, masked)


def _masked(line: str, block: str, icons: Icons) -> str:
    """One declaration of a block, with icons as masks."""
    if line.startswith("--pst-icon-"):
        name, _, value = line.partition(":")
        icon = icons.by_code.get(value.strip().strip("\"'").lstrip("\\"))
        return f"{name}:{as_mask(icon) if icon else 'none'}"
    if found := ICON_CONTENT.match(line):
        return f'content:"";mask-image:var({found[1]});{MASKED}'
    if "Font Awesome" in block.replace("\\", "") and (found := LITERAL_ICON.match(line)):
        icon = icons.by_code[found[1]]
        return f'content:"";mask-image:{as_mask(icon)};{MASKED};display:inline-block;width:1em;height:1em'
    if line == "font:var(--fa-font-solid)" and "position:absolute" not in block:
        return "display:inline-block;width:1em;height:1em"
    return line


def bundle(sheets: Iterable[tuple[str, str]], read) -> str:
    """Sheets as one, in their order, with what they import; `read` gives the text of a sheet by name.

    Addresses of images become those seen from the folder all names are relative to.
    """
    parts = []
    for name, css in sheets:
        for imported in IMPORT.findall(css):
            target = normpath(join(dirname(name), imported))
            parts.append(bundle([(target, read(target))], read))
        plain = "".join(
            f"{head}{{{body}}}" if body is not None else f"{head};"
            for head, body in rules(css)
            if not head.startswith(("@import", "@charset"))
        )
        parts.append(
            LOCAL_URL.sub(lambda found, name=name: f"url({normpath(join(dirname(name), found[2]))})", plain)
        )
    return "".join(parts)


def notices(css: str) -> list[str]:
    """The comments that must stay with a sheet: those of its licences, each once."""
    return list(dict.fromkeys(re.findall(r"/\*!.*?\*/", css, re.DOTALL)))
