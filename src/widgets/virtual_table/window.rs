//! Which rows of a long list are in sight, from where the scroll bar stands.
//!
//! Browsers draw nothing taller than some 17 million pixels, and a million rows are taller than that. The list then gets less space than
//! it needs: short movements of the bar move the rows by as much, long ones by their share of the whole.

use std::ops::Range;

/// The tallest that an element is made: what every browser draws.
const SPACE_MAX_PX: f64 = 15_000_000.0;

/// The window onto the list.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    rows: usize,
    row_px: f64,
    /// How high what stands above the rows is.
    head_px: f64,
    view_px: f64,
    /// How far the first pixel in sight is from the top of the list.
    top_px: f64,
    /// Where the scroll bar stands.
    bar_px: f64,
}

impl Window {
    /// Takes in how many rows there are, how high each and their heading is, and how much is in sight.
    pub fn measure(&mut self, rows: usize, row_px: f64, head_px: f64, view_px: f64) {
        (self.rows, self.row_px, self.head_px, self.view_px) = (rows, row_px.max(1.0), head_px, view_px);
        self.top_px = self.top_px.min(self.last_top_px());
    }

    /// The bar was moved.
    pub fn scroll_to(&mut self, bar_px: f64) {
        let by = bar_px - self.bar_px;
        self.bar_px = bar_px;
        self.top_px = if !self.is_squeezed() || bar_px <= 0.0 {
            bar_px
        } else if bar_px >= self.last_bar_px() {
            self.last_top_px()
        } else if by.abs() <= self.view_px * 2.0 {
            self.top_px + by
        } else {
            bar_px / self.last_bar_px() * self.last_top_px()
        };
        self.top_px = self.top_px.clamp(0.0, self.last_top_px());
    }

    /// Where the bar should stand for what is in sight, if it stands elsewhere.
    pub fn settle(&mut self) -> Option<i32> {
        let due = if self.last_top_px() > 0.0 { self.top_px / self.last_top_px() * self.last_bar_px() } else { 0.0 };
        let (moved, due) = ((due - self.bar_px).abs() >= 1.0, due.round());
        self.bar_px = if moved { due } else { self.bar_px };
        // At most 15 million.
        #[allow(clippy::cast_possible_truncation)]
        moved.then_some(due as i32)
    }

    /// The space that the bar moves over.
    pub fn space_px(&self) -> f64 {
        (self.whole_px() + self.head_px).min(SPACE_MAX_PX)
    }

    /// How much of that is in sight at once: what is drawn stands in it, and never in the way of the bar.
    pub fn pane_px(&self) -> f64 {
        self.view_px.min(self.space_px())
    }

    /// The rows in sight, with some to spare on both sides.
    pub fn rows_in_sight(&self, spare: usize) -> Range<usize> {
        let (first, seen) = (self.first(), self.rows_of(self.view_px) + 1);
        first.saturating_sub(spare)..(first + seen + spare).min(self.rows)
    }

    /// How far down the first of those rows is drawn.
    pub fn offset_px(&self, spare: usize) -> f64 {
        let drawn = self.first().saturating_sub(spare);
        // Numbers of rows are exact in a float.
        #[allow(clippy::cast_precision_loss)]
        let drawn_px = drawn as f64 * self.row_px;
        drawn_px - self.top_px
    }

    fn first(&self) -> usize {
        self.rows_of(self.top_px)
    }

    fn rows_of(&self, px: f64) -> usize {
        // Not below zero, and far below what a float is exact to.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        if self.row_px > 0.0 { (px / self.row_px).floor().max(0.0) as usize } else { 0 }
    }

    fn whole_px(&self) -> f64 {
        // Numbers of rows are exact in a float.
        #[allow(clippy::cast_precision_loss)]
        let rows = self.rows as f64;
        rows * self.row_px
    }

    fn last_top_px(&self) -> f64 {
        (self.whole_px() + self.head_px - self.view_px).max(0.0)
    }

    fn last_bar_px(&self) -> f64 {
        (self.space_px() - self.view_px).max(0.0)
    }

    fn is_squeezed(&self) -> bool {
        self.whole_px() + self.head_px > SPACE_MAX_PX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(rows: usize) -> Window {
        let mut window = Window::default();
        window.measure(rows, 48.0, 48.0, 480.0);
        window
    }

    #[test]
    fn a_short_list_scrolls_as_any_other() {
        let mut short = window(100);
        assert_eq!(short.rows_in_sight(2), 0..13);
        short.scroll_to(96.0);
        assert_eq!((short.rows_in_sight(2), short.offset_px(2)), (0..15, -96.0));
        short.scroll_to(480.0);
        assert_eq!((short.rows_in_sight(2), short.offset_px(2)), (8..23, -96.0));
        assert_eq!(short.settle(), None, "the bar stands where it should");
    }

    #[test]
    fn a_million_rows_begin_end_and_can_be_gone_through_row_by_row() {
        let mut long = window(1_000_000);
        assert!(long.space_px() <= SPACE_MAX_PX);
        long.scroll_to(long.last_bar_px());
        assert_eq!(long.rows_in_sight(0).end, 1_000_000);
        long.scroll_to(long.last_bar_px() / 2.0);
        let middle = long.rows_in_sight(0).start;
        assert!((499_000..501_000).contains(&middle), "{middle}");
        long.scroll_to(long.bar_px + 48.0);
        assert_eq!(long.rows_in_sight(0).start, middle + 1, "a short way is one row");
        let before = long.rows_in_sight(0);
        assert!(long.settle().is_some());
        assert_eq!(long.rows_in_sight(0), before, "putting the bar right moves nothing");
        long.scroll_to(0.0);
        assert_eq!(long.rows_in_sight(0).start, 0);
        long.scroll_to(480.0);
        assert_eq!(long.rows_in_sight(0).start, 10, "also from the top, however few events the browser makes of it");
    }

    #[test]
    fn a_list_that_gets_shorter_stays_within_its_end() {
        let mut window = window(1_000);
        window.scroll_to(40_000.0);
        window.measure(20, 48.0, 48.0, 480.0);
        assert_eq!(window.rows_in_sight(0).end, 20);
        window.measure(0, 48.0, 48.0, 480.0);
        assert_eq!(window.rows_in_sight(3), 0..0);
    }
}
