//! Which codes are wanted: `--select` and `--ignore`.

use crate::diag::Code;

/// Codes that are about this program, not about the configuration: left out unless selected.
const ABOUT_US: &[Code] = &[Code::NOT_YET_SUPPORTED];

/// A word that names no code.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("'{0}' names no code: write SA301, a prefix such as SA3, or a name such as missing-vrid")]
pub struct UnknownCode(pub String);

/// The wanted codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    wanted: Vec<Code>,
}

impl Default for Selection {
    fn default() -> Self {
        let wanted = Code::ALL.iter().filter(|code| !ABOUT_US.contains(code));
        Self { wanted: wanted.copied().collect() }
    }
}

impl Selection {
    /// The codes of `select`, or all without any, less those of `ignore`.
    ///
    /// # Errors
    /// A word that names no code.
    pub fn new(select: &[String], ignore: &[String]) -> Result<Self, UnknownCode> {
        let mut selection = Self::default();
        if !select.is_empty() {
            selection.wanted = named(select)?;
        }
        let ignored = named(ignore)?;
        selection.wanted.retain(|code| !ignored.contains(code));
        Ok(selection)
    }

    /// True if findings of this code are wanted.
    pub fn wants(&self, code: Code) -> bool {
        self.wanted.contains(&code)
    }
}

fn named(words: &[String]) -> Result<Vec<Code>, UnknownCode> {
    let mut all = Vec::new();
    for word in words {
        let found = codes(word);
        if found.is_empty() {
            return Err(UnknownCode(word.clone()));
        }
        all.extend(found);
    }
    Ok(all)
}

/// The codes that a word names: one by its number or name, many by the beginning of their number.
pub(super) fn codes(word: &str) -> Vec<Code> {
    let number = word.to_ascii_uppercase();
    let prefix = number.len() >= 2 && number.starts_with("SA");
    Code::ALL
        .iter()
        .filter(|code| {
            code.name.eq_ignore_ascii_case(word) || prefix && code.id.starts_with(&number)
        })
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(select: &[&str], ignore: &[&str]) -> Result<Selection, UnknownCode> {
        let words =
            |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Selection::new(&words(select), &words(ignore))
    }

    #[test]
    fn codes_are_chosen_by_number_prefix_and_name() {
        let all = selection(&[], &[]).unwrap();
        assert!(all.wants(Code::MISSING_VRID) && !all.wants(Code::NOT_YET_SUPPORTED));
        assert!(selection(&["SA114"], &[]).unwrap().wants(Code::NOT_YET_SUPPORTED));
        let some = selection(&["sa3"], &["missing-vrid"]).unwrap();
        assert!(some.wants(Code::MISSING_INTERFACE));
        assert!(!some.wants(Code::MISSING_VRID) && !some.wants(Code::UNKNOWN_KEYWORD));
        assert_eq!(selection(&["SA999"], &[]), Err(UnknownCode("SA999".to_owned())));
        assert_eq!(selection(&[], &["bogus"]), Err(UnknownCode("bogus".to_owned())));
    }
}
