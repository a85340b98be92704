//! A program with its arguments.

use std::fmt::Write as _;

use crate::dump::Surroundings;
use crate::ir::Script;

/// `'/a/b.sh' 'x' 'two words'`.
pub(in crate::dump) fn command(script: &Script) -> String {
    let mut line = format!("'{}'", script.program);
    for argument in &script.arguments {
        // Writing to a string cannot fail.
        let _ = write!(line, " '{argument}'");
    }
    line
}

/// The same with who runs it: `…, uid:gid 0:0`.
pub(in crate::dump) fn with_user(script: &Script, host: &Surroundings) -> String {
    let (user, group) = host.user_of(script);
    format!("{}, uid:gid {user}:{group}", command(script))
}
