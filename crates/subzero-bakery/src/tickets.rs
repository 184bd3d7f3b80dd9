//! The tickets as they were rung up: one line of the file a unit, refused where it names no item.

use std::collections::BTreeSet;

use subzero_ledger::instant::Instant;

/// The file, as it is published.
pub const CSV: &str = include_str!("../data/bakery-tickets.csv");

/// What the till that rang these up wrote when no item was chosen.
const NO_ITEM: &str = "NONE";

/// From this day on the shop's clocks were an hour ahead of UTC.
const SUMMER_TIME_FROM: (i64, i64, i64) = (2017, 3, 26);
const DAY_MS: i64 = 86_400_000;

/// One customer's purchase: every line has the same moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its number.
    pub number: u32,
    /// When it was rung up.
    pub at: Instant,
    /// One unit each, in the order they were rung up.
    pub items: Vec<String>,
}

/// A line that cannot be sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its number in the file, the heading being 1.
    pub line: usize,
    /// Why.
    pub why: &'static str,
}

/// The file, read.
#[derive(Clone, Debug, Default)]
pub struct Tickets {
    /// Tickets with at least one line that names an item, in the order of the file.
    pub tickets: Vec<Ticket>,
    /// Lines refused, one by one.
    pub refused: Vec<Refused>,
    /// Every ticket number in the file, those of which all lines were refused too.
    pub numbers: BTreeSet<u32>,
}

/// Reads the file. A line that makes no sense is refused with its number; the lines around it are not touched by that.
pub fn read(csv: &str) -> Tickets {
    let mut read = Tickets::default();
    for (place, text) in csv.lines().enumerate().skip(1) {
        let line = place + 1;
        let Some((number, at, item)) = fields(text) else {
            read.refused.push(Refused { line, why: "not a date, a time, a ticket and an item" });
            continue;
        };
        read.numbers.insert(number);
        if item == NO_ITEM {
            read.refused.push(Refused { line, why: "no item was chosen" });
            continue;
        }
        match read.tickets.last_mut().filter(|ticket| ticket.number == number) {
            Some(ticket) => ticket.items.push(item.to_owned()),
            None => read.tickets.push(Ticket { number, at, items: vec![item.to_owned()] }),
        }
    }
    read
}

/// The days that all of the tickets span, rounded up to whole weeks: a Sunday is followed by a Monday, also where they begin anew.
fn span_days(tickets: &[Ticket]) -> i64 {
    let days = || tickets.iter().map(|ticket| ticket.at.unix_ms().div_euclid(DAY_MS));
    let (first, last) = (days().min().unwrap_or_default(), days().max().unwrap_or_default());
    (last - first).div_euclid(7) * 7 + 7
}

/// The same tickets so many times, one time after the other, numbered anew: the last of them on the day before `today`, so that none lies ahead of any
/// clock. Each time of day is kept.
pub fn repeated(tickets: &[Ticket], times: u32, today: Instant) -> Vec<Ticket> {
    let span = span_days(tickets);
    let last = tickets.iter().map(|ticket| ticket.at.unix_ms().div_euclid(DAY_MS)).max().unwrap_or_default();
    let days = today.unix_ms().div_euclid(DAY_MS) - 1 - last;
    let earlier = (0..times).rev().map(|time| days - span * i64::from(time));
    let moved = earlier.flat_map(|days| tickets.iter().map(move |ticket| (days, ticket)));
    let moved = moved.zip(1..).map(|((days, ticket), number)| Ticket {
        number,
        at: Instant::from_unix_ms(ticket.at.unix_ms() + days * DAY_MS).unwrap_or(Instant::MIN),
        items: ticket.items.clone(),
    });
    moved.collect()
}

fn fields(text: &str) -> Option<(u32, Instant, &str)> {
    let mut fields = text.trim_end().split(',');
    let (date, time, ticket, item) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() || item.is_empty() {
        return None;
    }
    Some((ticket.parse().ok()?, moment(date, time)?, item))
}

fn moment(date: &str, time: &str) -> Option<Instant> {
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let day = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let offset_hours = i64::from(day >= SUMMER_TIME_FROM);
    let seconds = (hour - offset_hours) * 3600 + minute * 60 + second;
    Instant::from_unix_ms((days_since_1970(day) * 86_400 + seconds) * 1000)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days_since_1970((year, month, day): (i64, i64, i64)) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use subzero_ledger::instant::Instant;

    use super::{CSV, DAY_MS, Refused, read, repeated};

    #[test]
    fn the_file_is_what_its_readme_says() {
        let tickets = read(CSV);
        let items: std::collections::BTreeSet<_> = tickets.tickets.iter().flat_map(|ticket| &ticket.items).collect();
        let lines: usize = tickets.tickets.iter().map(|ticket| ticket.items.len()).sum();
        assert_eq!(tickets.numbers.len(), 9_531);
        assert_eq!(tickets.tickets.len(), 9_531 - 66);
        assert_eq!(items.len(), 94);
        assert_eq!((lines, tickets.refused.len()), (21_293 - 786, 786));
    }

    #[test]
    fn a_line_that_makes_no_sense_is_refused_alone() {
        let csv = "date,time,ticket,item\n2016-10-30,09:58:11,1,Bread\nrubbish\n2016-10-30,09:58:11,1,NONE\n2016-10-30,09:58:11,1,Tea\n";
        let tickets = read(csv);
        assert_eq!(tickets.tickets.len(), 1);
        assert_eq!(tickets.tickets[0].items, ["Bread", "Tea"]);
        assert_eq!(
            tickets.refused,
            [
                Refused { line: 3, why: "not a date, a time, a ticket and an item" },
                Refused { line: 4, why: "no item was chosen" }
            ]
        );
    }

    #[test]
    fn local_time_becomes_utc() {
        let csv = "date,time,ticket,item\n2016-10-30,09:58:11,1,Bread\n2017-04-09,15:04:24,2,Tea\n";
        let at: Vec<i64> = read(csv).tickets.iter().map(|ticket| ticket.at.unix_ms()).collect();
        assert_eq!(at, [1_477_821_491_000, 1_491_746_664_000]);
    }

    #[test]
    fn tickets_are_repeated_week_by_week_up_to_yesterday() {
        let tickets = read(CSV).tickets;
        let today = Instant::from_unix_ms(1_800_000_000_000).unwrap();
        let often = repeated(&tickets, 3, today);
        assert_eq!(often.len(), 3 * tickets.len());
        assert!(often.windows(2).all(|pair| pair[0].number + 1 == pair[1].number));
        let day = |at: Instant| at.unix_ms().div_euclid(DAY_MS);
        assert_eq!(often.iter().map(|ticket| day(ticket.at)).max(), Some(day(today) - 1));
        let between = often[tickets.len()].at.unix_ms() - often[0].at.unix_ms();
        assert_eq!(between % (7 * DAY_MS), 0);
        assert!(often[tickets.len() - 1].at < often[tickets.len()].at);
        assert_eq!(repeated(&tickets, 3, today), often);
    }
}
