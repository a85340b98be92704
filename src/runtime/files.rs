//! Configuration files of this host, found as keepalived finds them: `include` takes a glob with
//! braces, relative to the including file; only regular files that nobody may execute count.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::source::{LoadError, LoadedFile, Loader, Pattern};

/// The file system of this host.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Files;

impl Loader for Files {
    fn load(&self, pattern: Pattern<'_>) -> Vec<Result<LoadedFile, LoadError>> {
        let folder = pattern.from.and_then(Path::parent);
        let alternatives = alternatives(pattern.text);
        let mut found = Vec::new();
        for alternative in alternatives {
            let path = match folder {
                Some(folder) => folder.join(&alternative),
                None => PathBuf::from(&alternative),
            };
            found.extend(matches(&path));
        }
        found
    }
}

/// The files of one pattern without braces, sorted by name.
fn matches(pattern: &Path) -> Vec<Result<LoadedFile, LoadError>> {
    let text = pattern.to_string_lossy();
    let pieces = Wildcards::new(&text);
    if !pieces.any {
        return vec![read(Path::new(&pieces.plain))];
    }
    if !pieces.folder().is_dir() {
        return vec![Err(LoadError::Missing(pattern.to_owned()))];
    }
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let Ok(paths) = glob::glob_with(&pieces.pattern, options) else {
        return vec![Err(LoadError::NoMatch(pattern.to_owned()))];
    };
    let mut found = Vec::new();
    for path in paths {
        found.push(match path {
            Ok(path) => read(&path),
            Err(error) => Err(LoadError::Open {
                path: error.path().to_owned(),
                reason: error.error().to_string(),
            }),
        });
    }
    if found.is_empty() {
        found.push(Err(LoadError::NoMatch(pattern.to_owned())));
    }
    found
}

/// A pattern of glob(3), where a backslash takes the meaning of the next character away, in the
/// notation of the `glob` crate, which puts such a character into brackets.
struct Wildcards {
    /// It has a wildcard.
    any: bool,
    /// For the crate.
    pattern: String,
    /// Without backslashes: the name itself, if there is no wildcard.
    plain: String,
    /// So much of `plain` comes before the first wildcard.
    before: usize,
}

impl Wildcards {
    fn new(text: &str) -> Self {
        let mut wildcards =
            Self { any: false, pattern: String::new(), plain: String::new(), before: 0 };
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
            match character {
                '\\' => {
                    let Some(next) = rest.chars().next() else { break };
                    rest = rest.get(next.len_utf8()..).unwrap_or_default();
                    wildcards.literal(next);
                }
                '*' => {
                    // Two of them would mean folders within folders to the crate.
                    rest = rest.trim_start_matches('*');
                    wildcards.wildcard("*");
                }
                '?' => wildcards.wildcard("?"),
                '[' => match class(rest) {
                    Some(inside) => {
                        rest = rest.get(inside.len() + 1..).unwrap_or_default();
                        let inside = match inside.strip_prefix('^') {
                            Some(inside) => format!("[!{inside}]"),
                            None => format!("[{inside}]"),
                        };
                        wildcards.wildcard(&inside);
                    }
                    None => wildcards.literal('['),
                },
                other => wildcards.literal(other),
            }
        }
        wildcards
    }

    fn literal(&mut self, character: char) {
        self.plain.push(character);
        self.before += if self.any { 0 } else { character.len_utf8() };
        match character {
            '*' | '?' | '[' | ']' => {
                self.pattern.push('[');
                self.pattern.push(character);
                self.pattern.push(']');
            }
            other => self.pattern.push(other),
        }
    }

    fn wildcard(&mut self, text: &str) {
        self.any = true;
        self.pattern.push_str(text);
    }

    /// The folder in which the first name with a wildcard is looked for.
    fn folder(&self) -> &Path {
        let before = self.plain.get(..self.before).unwrap_or_default();
        match before.rfind('/') {
            Some(0) => Path::new("/"),
            Some(end) => Path::new(before.get(..end).unwrap_or_default()),
            None => Path::new("."),
        }
    }
}

/// What stands between the brackets of a class, after its `[`.
fn class(rest: &str) -> Option<&str> {
    let negation = usize::from(rest.starts_with(['!', '^']));
    // A `]` that comes first is one of the characters.
    let first = negation + usize::from(rest.get(negation..)?.starts_with(']'));
    let end = rest.get(first..)?.find(']')? + first;
    rest.get(..end).filter(|inside| inside.len() > negation && !inside.contains('/'))
}

/// A configuration of more than this is none.
const LARGEST: u64 = 256 << 20;

fn read(path: &Path) -> Result<LoadedFile, LoadError> {
    let open = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => LoadError::Missing(path.to_owned()),
        _ => LoadError::Open { path: path.to_owned(), reason: error.to_string() },
    };
    let metadata = fs::metadata(path).map_err(open)?;
    if metadata.is_dir() {
        return Err(LoadError::Directory(path.to_owned()));
    }
    if !metadata.is_file() || metadata.permissions().mode() & 0o111 != 0 {
        return Err(LoadError::NotRegular(path.to_owned()));
    }
    if metadata.len() > LARGEST {
        let reason = format!("it has more than {} MiB", LARGEST >> 20);
        return Err(LoadError::Open { path: path.to_owned(), reason });
    }
    let bytes = fs::read(path).map_err(open)?;
    Ok(LoadedFile { path: path.to_owned(), bytes })
}

/// Expands `{a,b}` as csh does; the outermost braces first, from the left. `{}` stands for itself.
/// At most 1,000 names.
fn alternatives(pattern: &str) -> Vec<String> {
    const MOST: usize = 1_000;
    let mut waiting = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(next) = waiting.pop() {
        match first_braces(&next) {
            Some((before, choices, after)) if waiting.len() + done.len() < MOST => {
                let expanded =
                    choices.iter().rev().map(|choice| format!("{before}{choice}{after}"));
                waiting.extend(expanded);
            }
            _ => done.push(next),
        }
    }
    done
}

/// What stands before, inside (at its commas) and after the first pair of braces.
fn first_braces(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    let bytes = pattern.as_bytes();
    let (mut depth, mut open, mut from, mut at) = (0_u32, 0, 0, 0);
    let mut choices = Vec::new();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'{' if depth == 0 && bytes.get(at + 1) == Some(&b'}') => at += 1,
            b'{' => {
                depth += 1;
                if depth == 1 {
                    (open, from) = (at, at + 1);
                }
            }
            b',' if depth == 1 => {
                choices.push(pattern.get(from..at)?);
                from = at + 1;
            }
            b'}' if depth == 1 => {
                choices.push(pattern.get(from..at)?);
                return Some((pattern.get(..open)?, choices, pattern.get(at + 1..)?));
            }
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, pattern: &str) -> Vec<String> {
        let from = folder.join("main.conf");
        Files
            .load(Pattern { text: pattern, from: Some(&from) })
            .into_iter()
            .map(|result| match result {
                Ok(file) => file.path.file_name().unwrap().to_string_lossy().into_owned(),
                Err(error) => format!("{error:?}").split('(').next().unwrap().to_owned(),
            })
            .collect()
    }

    #[test]
    fn braces_are_expanded_as_csh_does() {
        assert_eq!(alternatives("a{b,c{d,e}}f"), ["abf", "acdf", "acef"]);
        assert_eq!(alternatives("a{b"), ["a{b"]);
        assert_eq!(alternatives("x"), ["x"]);
        assert_eq!(alternatives("a{}b{c}"), ["a{}bc"]);
        assert_eq!(alternatives("a\\{b,c}"), ["a\\{b,c}"]);
        assert_eq!(alternatives("}{a,}"), ["}a", "}"]);
    }

    #[test]
    fn a_pattern_finds_regular_files_without_execute_bit_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        for name in ["b.conf", "a.conf", ".hidden.conf", "x.sh"] {
            fs::write(path.join(name), "").unwrap();
        }
        fs::create_dir(path.join("d.conf")).unwrap();
        fs::set_permissions(path.join("x.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(names(path, "*.conf"), ["a.conf", "b.conf", "Directory"]);
        assert_eq!(names(path, "{b,a}.conf"), ["b.conf", "a.conf"]);
        assert_eq!(names(path, "x.sh"), ["NotRegular"]);
        assert_eq!(names(path, "nope.conf"), ["Missing"]);
        assert_eq!(names(path, "nope*.conf"), ["NoMatch"]);
        assert_eq!(names(path, "nope/*.conf"), ["Missing"]);
        assert_eq!(names(path, "[ab].conf"), ["a.conf", "b.conf"]);
        assert_eq!(names(path, "[^a].conf"), ["b.conf", "Directory"]);
        assert_eq!(names(path, "**.conf"), ["a.conf", "b.conf", "Directory"]);
        assert_eq!(names(path, "{a,nope}.conf"), ["a.conf", "Missing"]);
    }

    #[test]
    fn a_backslash_takes_the_meaning_of_the_next_character_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        for name in ["a*.conf", "ab.conf", "[x].conf", "sp ace.conf"] {
            fs::write(path.join(name), "").unwrap();
        }
        assert_eq!(names(path, "a\\*.conf"), ["a*.conf"]);
        assert_eq!(names(path, "a*.conf"), ["a*.conf", "ab.conf"]);
        assert_eq!(names(path, "\\[x].conf"), ["[x].conf"]);
        assert_eq!(names(path, "a\\*.c*"), ["a*.conf"]);
        assert_eq!(names(path, "sp ace.conf"), ["sp ace.conf"]);
        assert_eq!(names(path, "[x.conf"), ["Missing"]);
    }
}
