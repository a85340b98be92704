//! Names with values, in the order of a walk, and what is looked for in them.

use std::net::IpAddr;

use crate::net::agentx::{Oid, SearchRange, Value, VarBind};

/// Everything that is served at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    rows: Vec<VarBind>,
}

impl Table {
    /// Adds the instance `index` of a column of a MIB.
    pub(in crate::snmp) fn put(
        &mut self,
        mib: &[u32],
        column: &[u32],
        index: &[u32],
        value: Value,
    ) {
        let name = Oid::from([mib, column, index].concat());
        self.rows.push(VarBind { name, value });
    }

    /// In order.
    pub(in crate::snmp) fn sorted(mut self) -> Self {
        self.rows.sort_by(|one, other| one.name.cmp(&other.name));
        self
    }

    /// Every name with its value.
    pub fn rows(&self) -> &[VarBind] {
        &self.rows
    }

    /// The value of a name.
    pub fn get(&self, name: &Oid) -> VarBind {
        let found = self.rows.binary_search_by(|row| row.name.cmp(name)).ok();
        match found.and_then(|at| self.rows.get(at)) {
            Some(row) => row.clone(),
            None => VarBind { name: name.clone(), value: self.absent(name) },
        }
    }

    /// A column that has other instances lacks this one only.
    fn absent(&self, name: &Oid) -> Value {
        let near = self.rows.partition_point(|row| row.name < *name);
        let around = [near.checked_sub(1), Some(near)];
        let near = around.into_iter().flatten().filter_map(|at| self.rows.get(at));
        let shared = near.map(|row| {
            let pairs = row.name.parts().iter().zip(name.parts());
            pairs.take_while(|(one, other)| one == other).count()
        });
        // Column and table: all but the last number at least.
        match shared.max().is_some_and(|shared| shared.saturating_add(1) >= name.parts().len()) {
            true => Value::NoSuchInstance,
            false => Value::NoSuchObject,
        }
    }

    /// The first name of a range with its value, or the end of what there is.
    pub fn next(&self, range: &SearchRange) -> VarBind {
        let first = self.rows.partition_point(|row| match range.include {
            true => row.name < range.start,
            false => row.name <= range.start,
        });
        match self.rows.get(first) {
            Some(row) if range.end.is_empty() || row.name < range.end => row.clone(),
            _ => VarBind { name: range.start.clone(), value: Value::EndOfMibView },
        }
    }

    /// The first names of ranges, of the first `once` one each, of the others up to `most`, turn by
    /// turn. No more than `limit` are given.
    pub fn bulk(
        &self,
        ranges: &[SearchRange],
        once: usize,
        most: usize,
        limit: usize,
    ) -> Vec<VarBind> {
        let (single, repeated) = ranges.split_at(once.min(ranges.len()));
        let mut found: Vec<VarBind> = single.iter().map(|range| self.next(range)).collect();
        let mut repeated = repeated.to_vec();
        for _ in 0..most {
            if repeated.is_empty() || found.len() >= limit {
                break;
            }
            for range in &mut repeated {
                let next = self.next(range);
                (range.start, range.include) = (next.name.clone(), false);
                found.push(next);
            }
        }
        found.truncate(limit);
        found
    }
}

/// A number of an enumeration.
pub(in crate::snmp) const fn integer(number: i32) -> Value {
    Value::Integer(number)
}

/// A number without a sign.
pub(in crate::snmp) const fn gauge(number: u32) -> Value {
    Value::Gauge32(number)
}

/// Yes or no: 1 or 2.
pub(in crate::snmp) const fn truth(yes: bool) -> Value {
    Value::Integer(if yes { 1 } else { 2 })
}

/// A text.
pub(in crate::snmp) fn text(text: &str) -> Value {
    Value::Octets(text.as_bytes().to_vec())
}

/// An address.
pub(in crate::snmp) fn address(address: IpAddr) -> Value {
    Value::Octets(match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    })
}
