//! `SSL`: files of the TLS client.

use crate::diag::{Code, Verdict};
use crate::ir::Config;
use crate::ir::lvs::TlsContext;
use crate::lower::Lowering;
use crate::schema::Block as Place;
use crate::syntax::{Block, Statement};
use crate::units::{Compat, Secret, Spanned};

impl Lowering<'_> {
    /// One `SSL` block; of several the last one counts.
    pub(super) fn tls_context(
        &mut self,
        statement: &Statement,
        block: &Block,
        config: &mut Config,
    ) {
        let span = statement.keyword_span();
        if let Some(first) = &config.tls {
            let first = first.span;
            self.error(Code::DUPLICATE_NAME, span, "`SSL` is given twice")
                .label("this one replaces the first")
                .related(first, "first given here")
                .wording("SSL context already specified - replacing");
        }
        let mut context = TlsContext::default();
        for line in block.statements.iter().filter(|line| line.keyword() == "password") {
            self.conceal(line);
        }
        for (keyword, line) in self.statements(Place::Ssl, block) {
            match keyword.word {
                "password" => {
                    // The marker stands on the keyword: the password is nobody's business.
                    let place = line.keyword_span();
                    let Some(word) = line.arguments().first() else { continue };
                    let password = Spanned::new(Secret::new(word.text.as_bytes()), place);
                    if let Some(old) = context.password.replace(password) {
                        self.warning(Code::REPEATED_KEYWORD, place, "`password` is given twice")
                            .label("the last one counts")
                            .related(old.span, "first given here")
                            .verdict(Verdict::Counted)
                            .wording("SSL password already specified - replacing");
                    }
                }
                "ca" => self.tls_file(line, &mut context.authorities, "ca"),
                "certificate" => self.tls_file(line, &mut context.certificate, "cert"),
                "key" => self.tls_file(line, &mut context.key, "key"),
                _ => {}
            }
        }
        config.tls = Some(Spanned::new(context, span));
    }

    fn tls_file(&mut self, line: &Statement, place: &mut Option<Spanned<String>>, what: &str) {
        let Some(new) = Self::text(line) else { return };
        let Some(old) = place.replace(new.clone()) else { return };
        let words = if self.compat >= Compat::V2_4_3 {
            format!("Duplicate SSL - overwriting {} with {}", old.value, new.value)
        } else {
            format!("SSL {what}file already specified - replacing")
        };
        self.warning(
            Code::REPEATED_KEYWORD,
            new.span,
            format!("`{}` is given twice", line.keyword()),
        )
        .label("the last one counts")
        .related(old.span, "first given here")
        .verdict(Verdict::Counted)
        .wording(words);
    }
}
