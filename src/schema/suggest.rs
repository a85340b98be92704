//! "Did you mean" and "belongs elsewhere" for words that a place does not know.

use super::{Block, keyword, keywords};

/// The most suggestions given at once: more of them help nobody.
const SUGGESTIONS: usize = 3;

/// Keywords of `block` that `word` is probably a slip of, best first, at most three.
///
/// A slip is a dropped, added, wrong or swapped letter; about one in three letters may be wrong,
/// and letter case does not count. Equally good ones come in alphabetical order.
#[must_use]
pub fn suggestions(block: Block, word: &str) -> Vec<&'static str> {
    let wanted: Vec<char> = word.to_lowercase().chars().collect();
    let mut found: Vec<(usize, &'static str)> = keywords(block)
        .iter()
        .filter_map(|known| {
            let letters: Vec<char> = known.word.to_lowercase().chars().collect();
            let bound = (wanted.len().max(letters.len()) / 3).min(4);
            let distance = distance(&wanted, &letters, bound)?;
            Some((distance, known.word))
        })
        .collect();
    found.sort_unstable();
    // Near hits make the far ones noise: keep what is at most one slip worse than the best.
    let best = found.first().map_or(0, |(distance, _)| *distance);
    found.retain(|(distance, _)| *distance <= best.saturating_add(1));
    found.into_iter().map(|(_, word)| word).take(SUGGESTIONS).collect()
}

/// The places where `word` is a keyword, outer ones first.
#[must_use]
pub fn elsewhere(word: &str) -> Vec<Block> {
    Block::ALL.iter().copied().filter(|block| keyword(*block, word).is_some()).collect()
}

/// Damerau-Levenshtein distance (optimal string alignment), `None` when it is above `bound`.
fn distance(left: &[char], right: &[char], bound: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > bound {
        return None;
    }
    // Rows for the letters of `left` up to two before, one before, and this one.
    let mut earlier: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    let mut before: Option<char> = None;
    for (row, &l) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut best = row + 1;
        let mut above_right: Option<char> = None;
        for (column, &r) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX);
            let substituted = at(&previous, column).saturating_add(usize::from(l != r));
            let mut cost = substituted
                .min(at(&previous, column + 1).saturating_add(1))
                .min(at(&current, column).saturating_add(1));
            if column > 0 && before == Some(r) && above_right == Some(l) {
                cost = cost.min(at(&earlier, column - 1).saturating_add(1));
            }
            current.push(cost);
            best = best.min(cost);
            above_right = Some(r);
        }
        earlier = core::mem::replace(&mut previous, current);
        before = Some(l);
        if best > bound.saturating_add(1) {
            return None;
        }
    }
    previous.last().copied().filter(|distance| *distance <= bound)
}
