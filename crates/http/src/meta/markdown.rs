//! The little Markdown that the error pages use, as HTML: headings, paragraphs, lists, fenced code, inline code, emphasis, links.
//! Its input is compiled in; what it does not know stays text.

use super::page::escaped;

/// HTML of a text.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut block = Block::None;
    for line in text.lines() {
        if let Block::Code = block {
            if line.starts_with("```") {
                block.close(&mut out);
            } else {
                out.push_str(&escaped(line));
                out.push('\n');
            }
            continue;
        }
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            block.close(&mut out);
            block = Block::Code;
            out.push_str("<pre><code>");
        } else if trimmed.is_empty() {
            block.close(&mut out);
        } else if let Some((level, title)) = heading(trimmed) {
            block.close(&mut out);
            out.push_str(&format!("<h{level}>{}</h{level}>", inline(title)));
        } else if let Some(item) = trimmed.strip_prefix("- ") {
            if !matches!(block, Block::List) {
                block.close(&mut out);
                block = Block::List;
                out.push_str("<ul>");
            } else {
                out.push_str("</li>");
            }
            out.push_str("<li>");
            out.push_str(&inline(item));
        } else {
            if let Block::None = block {
                block = Block::Paragraph;
                out.push_str("<p>");
            } else {
                out.push(' ');
            }
            out.push_str(&inline(trimmed));
        }
    }
    block.close(&mut out);
    out
}

enum Block {
    None,
    Paragraph,
    List,
    Code,
}

impl Block {
    fn close(&mut self, out: &mut String) {
        out.push_str(match self {
            Self::None => "",
            Self::Paragraph => "</p>",
            Self::List => "</li></ul>",
            Self::Code => "</code></pre>",
        });
        *self = Self::None;
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    (1..=4).contains(&level).then_some(level).zip(title.strip_prefix(' '))
}

fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[', '*']) {
        let (before, from) = rest.split_at(at);
        out.push_str(&escaped(before));
        match span(from) {
            Some((html, after)) => {
                out.push_str(&html);
                rest = after;
            }
            None => {
                let mut characters = from.chars();
                out.extend(characters.next());
                rest = characters.as_str();
            }
        }
    }
    out.push_str(&escaped(rest));
    out
}

/// The span that `text` begins with, and what stands behind it.
fn span(text: &str) -> Option<(String, &str)> {
    if let Some((code, after)) = text.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        return Some((format!("<code>{}</code>", escaped(code)), after));
    }
    if let Some((strong, after)) = text.strip_prefix("**").and_then(|rest| rest.split_once("**")) {
        return Some((format!("<strong>{}</strong>", escaped(strong)), after));
    }
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    // The files link to each other by name; on the server they stand beside each other.
    let target = target.strip_suffix(".md").unwrap_or(target);
    let target = match target.contains('/') || target.starts_with('#') {
        true => target.to_owned(),
        false => format!("/errors/{target}"),
    };
    Some((format!("<a href=\"{}\">{}</a>", escaped(&target), inline(label)), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_spans() {
        let text =
            "# A `b`\n\nOne <two>\nthree **four** [x](order_not_found.md).\n\n- i\n  j\n- k * l\n\n```\na < b\n```\n";
        assert_eq!(
            html(text),
            "<h1>A <code>b</code></h1><p>One &lt;two&gt; three <strong>four</strong> <a href=\"/errors/order_not_found\">x</a>.</p>\
             <ul><li>i j</li><li>k * l</li></ul><pre><code>a &lt; b\n</code></pre>"
        );
    }
}
