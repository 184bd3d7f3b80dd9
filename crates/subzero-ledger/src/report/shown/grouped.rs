//! Putting rows together by what they have in common.

use std::collections::BTreeMap;

use super::{GroupBy, Key, Numbered, Run, Section};
use crate::catalogue::Tables;
use crate::money::Amount;
use crate::quantity::Qty;
use crate::stock::Overflow;

/// The sections of rows that are sorted already.
pub(super) fn grouped(
    runs: &[Run<'_>],
    rows: &[Numbered<'_>],
    tables: &Tables,
    by: GroupBy,
) -> Result<Vec<Section>, Overflow> {
    let item = |of: &Numbered<'_>| tables.items.get(&of.row.item);
    match by {
        GroupBy::Item => {
            let mut sections = Vec::new();
            for (run, mut section) in gathered(rows, |of| of.run, |of| Key::Item(of.row.item, of.row.shop))? {
                let negative = runs.get(run).and_then(|run| run.negative);
                let deficit = negative.map_or(Qty::ZERO, |negative| negative.on_hand.negated());
                section.hidden = deficit.checked_sub(section.units).ok_or(Overflow)?;
                sections.push(section);
            }
            Ok(sections)
        }
        GroupBy::Shop => sections(rows, |of| of.row.shop, |of| Key::Shop(of.row.shop)),
        GroupBy::Vendor => {
            let vendor = |of: &Numbered<'_>| item(of).and_then(|item| item.vendor);
            sections(rows, vendor, |of| Key::Vendor(vendor(of)))
        }
        GroupBy::Category => {
            let category = |of: &Numbered<'_>| item(of).map_or("", |item| &item.category);
            sections(rows, category, |of| Key::Category(category(of).to_owned()))
        }
        GroupBy::Employee => sections(rows, |of| of.row.employee, |of| Key::Employee(of.row.employee)),
        GroupBy::Cause => sections(rows, |of| of.row.cause(), |of| Key::Cause(of.row.cause())),
    }
}

fn sections<'a, K: Ord + Copy>(
    rows: &[Numbered<'a>],
    of: impl Fn(&Numbered<'a>) -> K,
    key: impl Fn(&Numbered<'a>) -> Key,
) -> Result<Vec<Section>, Overflow> {
    Ok(gathered(rows, of, key)?.into_iter().map(|(_, section)| section).collect())
}

/// Puts together what is alike, in the order in which each is met first. A [`Key`] is made once a section.
fn gathered<'a, K: Ord + Copy>(
    rows: &[Numbered<'a>],
    of: impl Fn(&Numbered<'a>) -> K,
    key: impl Fn(&Numbered<'a>) -> Key,
) -> Result<Vec<(K, Section)>, Overflow> {
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    let mut sections: Vec<(K, Section)> = Vec::new();
    for numbered in rows {
        let alike = of(numbered);
        let place = *places.entry(alike).or_insert_with(|| {
            let (key, units, exposure, hidden) = (key(numbered), Qty::ZERO, Amount::ZERO, Qty::ZERO);
            sections.push((alike, Section { key, rows: Vec::new(), units, exposure, hidden }));
            sections.len().saturating_sub(1)
        });
        if let Some((_, section)) = sections.get_mut(place) {
            section.rows.push(numbered.number);
            section.units = section.units.checked_add(numbered.row.open).ok_or(Overflow)?;
            section.exposure = section.exposure.checked_add(numbered.row.exposure).ok_or(Overflow)?;
        }
    }
    Ok(sections)
}
