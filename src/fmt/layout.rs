//! From lines to rows: what is split, joined, indented, and what stays as it is.

use super::depth::Depths;
use super::line::{self, BYTE_ORDER_MARK, Brace, Kind, Line};
use super::rows::{Row, Text};
use super::words;

/// Lays the lines out.
pub(super) fn rows<'a>(
    lines: &[(Line<'a>, Vec<Brace<'a>>)],
    body: &[Body],
    depths: Depths<'a>,
) -> Vec<Row<'a>> {
    let mut layout = Layout { rows: Vec::new(), depths, blank: false };
    for ((line, braces), body) in lines.iter().zip(body) {
        layout.take(line, braces, *body);
    }
    layout.rows
}

/// Whether a line belongs to a definition of several lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Body {
    /// No.
    Outside,
    /// Yes, so many braces deep in it.
    Inside(usize),
    /// It may end it, which depends on the reader: not a blank may change.
    Unclear,
    /// It is the empty line that ends it.
    End,
}

/// Marks the lines of definitions of several lines.
pub(super) fn bodies(lines: &[Line<'_>]) -> Vec<Body> {
    let mut inside: Option<usize> = None;
    let mut bodies = Vec::with_capacity(lines.len());
    for line in lines {
        let body = match inside {
            _ if line.is_dropped() => Body::Unclear,
            None => Body::Outside,
            Some(_) if line.whole.is_empty() => Body::End,
            Some(_) if line.content.is_empty() => Body::Unclear,
            Some(depth) => {
                let braces = value_braces(line.content);
                let closing = braces.iter().take_while(|brace| brace.leads && !brace.opens).count();
                Body::Inside(depth.saturating_sub(closing))
            }
        };
        bodies.push(body);
        let goes_on = match body {
            Body::Outside => line.continues() && line::defines(line.content),
            Body::Inside(_) => line.continues(),
            Body::Unclear => inside.is_some(),
            Body::End => false,
        };
        let text = match body {
            Body::Inside(_) => line.content,
            Body::Outside => {
                let value = line.content.iter().position(|byte| *byte == b'=');
                value.and_then(|at| line.content.get(at + 1..)).unwrap_or_default()
            }
            Body::Unclear | Body::End => &[],
        };
        inside = goes_on.then(|| {
            value_braces(text).iter().fold(inside.unwrap_or(0), |depth, brace| match brace.opens {
                true => depth.saturating_add(1),
                false => depth.saturating_sub(1),
            })
        });
    }
    bodies
}

fn value_braces(text: &[u8]) -> Vec<Brace<'_>> {
    Line { whole: text, content: text, comment: &[], glued: false, open_quote: false }.braces()
}

struct Layout<'a> {
    rows: Vec<Row<'a>>,
    depths: Depths<'a>,
    /// Blank lines came before.
    blank: bool,
}

impl<'a> Layout<'a> {
    fn take(&mut self, line: &Line<'a>, braces: &[Brace<'a>], body: Body) {
        match body {
            Body::End => self.rows.push(Row::Blank),
            Body::Unclear => self.push(Row::Verbatim(line.whole)),
            Body::Inside(depth) => {
                let depth = self.depths.here(&[]) + 1 + depth;
                self.push(raw(line, depth));
            }
            Body::Outside if line.content.is_empty() && line.comment.is_empty() => {
                self.blank = true;
            }
            Body::Outside if line.is_odd() => {
                self.push(Row::Verbatim(line.whole));
                braces.iter().for_each(|brace| self.depths.pass(brace));
            }
            Body::Outside if can_split(line, braces) => self.split(line, braces),
            Body::Outside => {
                let leading = braces.iter().take_while(|brace| brace.leads && !brace.opens).count();
                let (before, after) = braces.split_at(leading);
                before.iter().for_each(|brace| self.depths.pass(brace));
                let depth = match line::kind(line.content) {
                    Kind::Condition(condition, _) => self.depths.here(&[condition]),
                    _ => self.depths.here(&[]),
                };
                self.push(raw(line, depth));
                after.iter().for_each(|brace| self.depths.pass(brace));
            }
        }
    }

    /// Adds a row, and before it one empty line where there were some, but for those right after
    /// `{`, right before `}` and at the start.
    fn push(&mut self, row: Row<'a>) {
        let closes = matches!(&row, Row::Text(text) if text.text.starts_with(b"}"));
        let wanted = match self.rows.last() {
            // At the start of the file it would be no word any more.
            None => matches!(row, Row::Verbatim(whole) if whole.starts_with(BYTE_ORDER_MARK)),
            Some(Row::Blank) => false,
            Some(Row::Text(last)) => !last.text.ends_with(b"{") && !closes,
            Some(Row::Verbatim(_)) => !closes,
        };
        if self.blank && wanted {
            self.rows.push(Row::Blank);
        }
        self.blank = false;
        self.rows.push(row);
    }

    /// One row a statement, one a closing brace.
    fn split(&mut self, line: &Line<'a>, braces: &[Brace<'a>]) {
        let mut pieces: Vec<(&'a [u8], Option<&Brace<'a>>)> = Vec::new();
        let mut start = 0;
        for brace in braces {
            let text = line.content.get(start..brace.at).unwrap_or_default();
            let text = line::trim_end(line::trim_start(text));
            if brace.opens {
                pieces.push((text, Some(brace)));
            } else {
                if !text.is_empty() {
                    pieces.push((text, None));
                }
                pieces.push((&[], Some(brace)));
            }
            start = brace.at + 1;
        }
        let text = line::trim_start(line.content.get(start..).unwrap_or_default());
        if !text.is_empty() || (pieces.is_empty() && !line.comment.is_empty()) {
            pieces.push((text, None));
        }
        let count = pieces.len();
        for (index, (text, brace)) in pieces.into_iter().enumerate() {
            let comment = if index + 1 == count { line.comment } else { &[] };
            let opens = brace.is_some_and(|brace| brace.opens);
            if index == 0 && opens && text.is_empty() && self.join(comment) {
                brace.into_iter().for_each(|brace| self.depths.pass(brace));
                continue;
            }
            if let Some(brace) = brace.filter(|brace| !brace.opens) {
                self.depths.pass(brace);
            }
            let mut spaced = words::spaced(text);
            match brace {
                Some(brace) if brace.opens && spaced.is_empty() => spaced.push(b'{'),
                Some(brace) if brace.opens => spaced.extend_from_slice(b" {"),
                Some(_) => spaced.push(b'}'),
                None => {}
            }
            let glued = line.glued && !comment.is_empty();
            self.push(Row::Text(Text {
                depth: self.depths.here(&[]),
                text: spaced,
                comment,
                glued,
                whole: (count == 1).then_some(line.whole),
                joinable: brace.is_none() && !text.is_empty() && !glued && !text.contains(&b'$'),
            }));
            if let Some(brace) = brace.filter(|brace| brace.opens) {
                self.depths.pass(brace);
            }
        }
    }

    /// Puts a `{` that begins a line to the end of the row before, if that one is a statement.
    fn join(&mut self, comment: &'a [u8]) -> bool {
        let Some(Row::Text(last)) = self.rows.last_mut() else { return false };
        let fits = last.length() + b" {".len() + comment.len() < line::LONGEST;
        let one_comment = last.comment.is_empty() || comment.is_empty();
        if !(last.joinable && fits && one_comment) {
            return false;
        }
        last.text.extend_from_slice(b" {");
        last.joinable = false;
        last.whole = None;
        if last.comment.is_empty() {
            last.comment = comment;
        }
        self.blank = false;
        true
    }
}

/// A line that is indented and else left alone.
fn raw<'a>(line: &Line<'a>, depth: usize) -> Row<'a> {
    let text = line::trim_end(line::trim_start(line.whole));
    let whole = Some(line.whole);
    let text = text.to_vec();
    Row::Text(Text { depth, text, comment: &[], glued: false, whole, joinable: false })
}

/// Nothing in the line could be more than words and braces, now or after other lines are known.
fn can_split(line: &Line<'_>, braces: &[Brace<'_>]) -> bool {
    let unclear = |byte: &u8| matches!(byte, b'\\' | b'\'');
    !line.open_quote
        && line::kind(line.content) == Kind::Words
        && !line.content.iter().any(unclear)
        && (braces.is_empty() || !line.content.contains(&b'$'))
        && braces.iter().all(|brace| {
            let rest = line.content.get(brace.at + 1..).unwrap_or_default();
            matches!(line::kind(line::trim_start(rest)), Kind::Blank | Kind::Words)
        })
}
