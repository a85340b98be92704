//! Every rule, one file each; codes that are raised while the file is read have their pages in
//! `read`.

mod cluster;
mod language;
mod read;
mod scripts;
mod vrrp;

use crate::lint::Rule;

/// Every rule, by subject.
static LISTS: &[&[Rule]] = &[
    read::language::RULES,
    read::preprocessor::RULES,
    read::values::RULES,
    read::objects::RULES,
    read::vrrp::RULES,
    read::scripts::RULES,
    read::objects::RULES,
    read::tracking::RULES,
    language::RULES,
    vrrp::RULES,
    scripts::RULES,
    cluster::RULES,
];

/// Every rule, in no order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    LISTS.iter().flat_map(|list| list.iter())
}
