//! `authentication`: passwords of version 2, in clear text or as the key of an IPsec header. They are
//! never shown.

use crate::diag::{Code, Verdict};
use crate::ir::{Authentication, InitialState};
use crate::lower::Lowering;
use crate::lower::instance::Said;
use crate::schema::Block as Place;
use crate::syntax::{Statement, Word};
use crate::units::{Family, Secret, Span, Version};

impl Lowering<'_> {
    /// The `authentication` block.
    pub(super) fn authentication(&mut self, span: Span, statement: &Statement, said: &mut Said) {
        said.authentication = Some(span);
        let Some(block) = &statement.block else { return };
        for line in &block.statements {
            if line.keyword() != "auth_type" {
                self.conceal(line); // a misspelt `auth_pass` holds a password too
            }
            let keyword = self.keyword(Place::Authentication, line);
            let (Some(keyword), Some(word)) = (keyword, line.arguments().first()) else {
                // What is missing has been said.
                said.auth_reported |= matches!(line.keyword(), "auth_type" | "auth_pass");
                continue;
            };
            match keyword.word {
                "auth_type" if word.text == "PASS" => {
                    said.auth_type = Some(word.span);
                    said.auth_header = false;
                }
                "auth_type" if word.text == "AH" => {
                    said.auth_type = Some(word.span);
                    said.auth_header = true;
                }
                "auth_type" => {
                    said.auth_reported = true;
                    self.error(
                        Code::INVALID_CHOICE,
                        word.span,
                        format!("unknown authentication type '{}'", word.text),
                    )
                    .label("PASS or AH")
                    .note("keepalived ignores the statement")
                    .wording(format!(
                        "({}) unknown authentication type '{}'",
                        said.name.value, word.text
                    ));
                }
                "auth_pass" => self.auth_pass(line.keyword_span(), word, said),
                _ => {}
            }
        }
    }

    fn auth_pass(&mut self, place: Span, word: &Word, said: &mut Said) {
        if word.text.len() > 8 {
            // The marker stands on the keyword: the password is nobody's business.
            self.warning(Code::PASSWORD_TRUNCATED, place, "Truncating auth_pass to 8 characters")
                .note("the packet has room for 8 bytes; the rest is never compared")
                .verdict(Verdict::Counted);
        }
        let bytes = word.text.as_bytes();
        let cut = bytes.get(..8).unwrap_or(bytes);
        // An empty word is none.
        said.auth_pass = (!cut.is_empty()).then(|| (place, Secret::new(cut)));
    }

    /// What is authenticated, and how, after the checks at the end of the block.
    pub(super) fn resolve_authentication(
        &mut self,
        said: &Said,
        (version, family): (Version, Family),
        strict: bool,
    ) -> Authentication {
        let Some(block) = said.authentication else { return Authentication::None };
        let known = said.auth_type.is_some() && said.auth_pass.is_some();
        if said.auth_reported && !known {
            return Authentication::None;
        }
        let name = &said.name.value;
        let (why, wording) = match (&said.auth_type, &said.auth_pass) {
            (None, _) => {
                self.warning(Code::AUTHENTICATION_IGNORED, block, "there is no authentication")
                    .label("it has no `auth_type`")
                    .note("keepalived does not mention it");
                return Authentication::None;
            }
            _ if strict => (
                "strict mode has no authentication",
                format!("({name}) Strict mode does not support authentication. Ignoring."),
            ),
            _ if version == Version::V3 => (
                "VRRPv3 has no authentication",
                format!("({name}) VRRP version 3 does not support authentication. Ignoring."),
            ),
            (Some(_), None) => (
                "it has no `auth_pass`",
                format!("({name}) Authentication specified but no password given. Ignoring"),
            ),
            (Some(_), Some(_)) if said.auth_header && family == Family::V6 => (
                "there is no authentication header over IPv6",
                format!("({name}) AH authentication is not supported over IPv6. Ignoring"),
            ),
            (Some(_), Some((_, password))) if said.auth_header => {
                return Authentication::Header(password.clone());
            }
            (Some(_), Some((_, password))) => return Authentication::Pass(password.clone()),
        };
        self.error(Code::AUTHENTICATION_IGNORED, block, "authentication is ignored")
            .label(why)
            .wording(wording);
        Authentication::None
    }

    /// `auth_type AH` begins as backup: its sequence numbers are learnt from the others.
    pub(super) fn header_begins_as_backup(
        &mut self,
        said: &Said,
        authentication: &Authentication,
        state: InitialState,
        owner: bool,
    ) -> InitialState {
        let header = matches!(authentication, Authentication::Header(_));
        if !header || owner || state == InitialState::Backup {
            return state;
        }
        let text = format!(
            "({}) Initial state master is incompatible with AH authentication - clearing",
            said.name.value
        );
        let span = said.state.map_or(said.name.span, |state| state.span);
        self.error(Code::STATE_MISMATCH, span, text).label("taken for BACKUP");
        InitialState::Backup
    }
}
