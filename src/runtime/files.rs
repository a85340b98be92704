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
    if !text.contains(['*', '?', '[']) {
        return vec![read(pattern)];
    }
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let Ok(paths) = glob::glob_with(&text, options) else {
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
    let bytes = fs::read(path).map_err(open)?;
    Ok(LoadedFile { path: path.to_owned(), bytes })
}

/// Expands `{a,b}` as csh does; the outermost braces first, from the left. At most 1,000 names.
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
    let open = pattern.find('{')?;
    let (mut depth, mut from, mut choices) = (0_u32, open + 1, Vec::new());
    for (at, character) in pattern.char_indices().skip_while(|(at, _)| *at < open) {
        match character {
            '{' => depth += 1,
            ',' if depth == 1 => {
                choices.push(pattern.get(from..at)?);
                from = at + 1;
            }
            '}' if depth == 1 => {
                choices.push(pattern.get(from..at)?);
                return Some((pattern.get(..open)?, choices, pattern.get(at + 1..)?));
            }
            '}' => depth -= 1,
            _ => {}
        }
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
    }
}
