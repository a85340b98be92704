//! What a command would change in a file, as a unified diff that `patch` can read.

use similar::TextDiff;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The difference, without its last line end; empty if there is none.
pub(crate) fn unified(name: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let difference = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let mut unified = difference.unified_diff();
    unified.context_radius(CONTEXT).header(&format!("a/{name}"), &format!("b/{name}"));
    unified.to_string().trim_end_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_shown_with_their_neighbours() {
        insta::assert_snapshot!(unified("k.conf", b"a\nb\nc\n", b"a\nx\nc\n"), @r"
        --- a/k.conf
        +++ b/k.conf
        @@ -1,3 +1,3 @@
         a
        -b
        +x
         c
        ");
        assert_eq!(unified("k.conf", b"a\n", b"a\n"), "");
    }
}
