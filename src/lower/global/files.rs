//! Files that the daemon writes and watches, and how it reloads.

use crate::diag::Code;
use crate::ir::global::{Files, IncludeChecks, Reload};
use crate::lower::Lowering;
use crate::lower::global::text;
use crate::schema::Keyword;
use crate::syntax::Statement;
use crate::units::Spanned;

impl Lowering<'_> {
    /// A keyword about files; false if it is none.
    pub(super) fn files_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        files: &mut Files,
    ) -> bool {
        let dumps = &mut files.dumps;
        match keyword.word {
            "state_dump_file" => dumps.state = self.path(keyword, statement).or(dumps.state.take()),
            "stats_dump_file" => {
                dumps.statistics = self.path(keyword, statement).or(dumps.statistics.take());
            }
            "json_dump_file" => dumps.json = self.path(keyword, statement).or(dumps.json.take()),
            "json_version" => {
                let version = self.integer(keyword, statement);
                let version = version.map(|version| version.map(|v| u8::try_from(v).unwrap_or(1)));
                dumps.json_version = version.or(dumps.json_version);
            }
            "data_use_instance" => self.switch(&mut dumps.use_instance, keyword, statement),
            "config_save_dir" => {
                // One slash at the end is taken off.
                let strip =
                    |path: String| path.strip_suffix('/').map_or(path.clone(), str::to_owned);
                let path = self.path(keyword, statement).map(|path| path.map(strip));
                files.config_save_directory = path.or(files.config_save_directory.take());
            }
            "tmp_config_directory" => files.tmp_config_directory = text(statement),
            "iproute_usr_dir" => files.iproute_usr_directory = text(statement),
            "iproute_etc_dir" => files.iproute_etc_directory = text(statement),
            _ => return false,
        }
        true
    }

    /// A keyword about the reload; false if it is none.
    pub(super) fn reload_keyword(
        &mut self,
        keyword: &Keyword,
        statement: &Statement,
        reload: &mut Reload,
    ) -> bool {
        let or_empty = || {
            let none = Spanned::new(String::new(), statement.line);
            Some(text(statement).unwrap_or(none))
        };
        match keyword.word {
            "reload_check_config" => reload.check = or_empty(),
            "reload_time_file" => reload.time_file = text(statement),
            "reload_repeat" => reload.repeat = true,
            "reload_file" => reload.marker = or_empty(),
            "include_check" => self.include_check(statement, &mut reload.include_checks),
            _ => return false,
        }
        true
    }

    /// A path that must not be empty.
    fn path(&mut self, keyword: &Keyword, statement: &Statement) -> Option<Spanned<String>> {
        let path = text(statement)?;
        if path.value.is_empty() {
            self.error(
                Code::MISSING_VALUE,
                path.span,
                format!("the path of `{}` is empty", keyword.word),
            )
            .note("keepalived ignores the statement")
            .wording(match keyword.word {
                "config_save_dir" => {
                    "Unable to create config_save_dir  (error 2 - No such file or directory)"
                        .to_owned()
                }
                word => format!("{word} invalid"),
            });
            return None;
        }
        Some(path)
    }

    /// `[[+|-]WHAT ...]`: nothing means all; a bare word, which only the first one may be, means
    /// itself and `read`; the others add and take away.
    fn include_check(&mut self, statement: &Statement, checks: &mut IncludeChecks) {
        if statement.arguments().is_empty() {
            *checks = IncludeChecks::ALL;
            return;
        }
        for (index, word) in statement.arguments().iter().enumerate() {
            let (on, name) = match word.text.as_str() {
                text if text.starts_with('+') => (true, text.get(1..).unwrap_or_default()),
                text if text.starts_with('-') => (false, text.get(1..).unwrap_or_default()),
                text if index == 0 => {
                    *checks = IncludeChecks { read: true, ..IncludeChecks::default() };
                    (true, text)
                }
                text => {
                    self.error(
                        Code::INVALID_CHOICE,
                        word.span,
                        format!(
                            "only the first word of `include_check` goes without a sign: '{text}'"
                        ),
                    )
                    .help(format!("write `+{text}`"))
                    .note("keepalived ignores the word")
                    .wording(format!("Duplicate include_check '{text}' specified - ignoring"));
                    continue;
                }
            };
            match name {
                "read" => checks.read = on,
                "match" => checks.matches = on,
                "wildcard_match" => checks.wildcard = on,
                "brace_match" => checks.brace = on,
                _ => {
                    self.error(
                        Code::INVALID_CHOICE,
                        word.span,
                        format!("`include_check` knows no '{name}'"),
                    )
                    .label("read, match, wildcard_match or brace_match")
                    .note("keepalived ignores the word")
                    .wording(format!("Unknown include_check type '{name}' - ignoring"));
                }
            }
        }
    }
}
