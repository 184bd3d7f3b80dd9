//! A table of any length of which only the rows in sight exist.
//!
//! Rows are all of one height, which the style sheet says (`--row`). The arithmetic of scrolling is in [`window`].

use leptos::html;
use leptos::prelude::*;

use super::state::Empty;

pub mod window;

use window::Window;

/// Rows beyond those in sight, so that none is missing while one scrolls.
const SPARE_ROWS: usize = 6;

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// Whether it holds figures.
    pub is_number: bool,
}

impl Column {
    /// A column of words.
    pub const fn words(name: &'static str) -> Self {
        Self { name, is_number: false }
    }

    /// A column of figures.
    pub const fn figures(name: &'static str) -> Self {
        Self { name, is_number: true }
    }
}

/// How a table is sorted by its headings.
#[derive(Clone, Copy)]
pub struct Sorting {
    /// The column it is sorted by, and whether the largest comes first; none where that is no column of it.
    pub by: Signal<Option<(usize, bool)>>,
    /// Called with the column whose heading is pressed.
    pub press: Callback<usize>,
}

/// The table. `cells` makes the cells of one row, counted from 0.
#[component]
pub fn VirtualTable<F>(
    /// What it lists.
    #[prop(into)]
    label: Signal<String>,
    /// Its columns.
    columns: Vec<Column>,
    /// How many rows it has.
    #[prop(into)]
    rows: Signal<usize>,
    /// Rises whenever a row's cells may have changed.
    #[prop(optional, into)]
    version: Signal<u64>,
    /// How it is sorted, where its headings do that.
    #[prop(optional_no_strip)]
    sorting: Option<Sorting>,
    /// What it says when it has none.
    #[prop(into)]
    empty: Signal<String>,
    /// The cells of a row.
    cells: F,
) -> impl IntoView
where
    F: Fn(usize) -> AnyView + Clone + Send + Sync + 'static,
{
    let area = NodeRef::<html::Div>::new();
    let probe = NodeRef::<html::Span>::new();
    let head = NodeRef::<html::Thead>::new();
    let window = RwSignal::new(Window::default());
    let measure = move || {
        if let (Some(area), Some(probe), Some(head)) =
            (area.get_untracked(), probe.get_untracked(), head.get_untracked())
        {
            let (row, head, view) = (probe.offset_height(), head.offset_height(), area.client_height());
            window.update(|window| window.measure(rows.get_untracked(), row.into(), head.into(), view.into()));
        }
    };
    Effect::new(move |_| {
        rows.track();
        area.track();
        probe.track();
        head.track();
        measure();
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    let scroll = move |_| {
        if let Some(area) = area.get_untracked() {
            window.update(|window| window.scroll_to(area.scroll_top().into()));
        }
    };
    // A long list is taller than an element may be: where the bar stands is put right once the scrolling rests.
    let settle = move |_| {
        if let (Some(area), Some(top)) = (area.get_untracked(), window.try_update(Window::settle).flatten()) {
            area.set_scroll_top(top);
        }
    };
    let shown = Memo::new(move |_| window.with(|window| window.rows_in_sight(SPARE_ROWS)));
    let keyed = move || shown.get().map(|row| (version.get(), row)).collect::<Vec<_>>();
    view! {
        <div class="virtual-table" node_ref=area tabindex="0" role="region" aria-label=move || label.get()
            on:scroll=scroll on:scrollend=settle>
            <span class="virtual-table-probe" node_ref=probe aria-hidden="true"></span>
            <div class="virtual-table-space" style:height=move || format!("{}px", window.with(Window::space_px))>
                <div class="virtual-table-pane" style:height=move || format!("{}px", window.with(Window::pane_px))>
                <table aria-rowcount=move || (rows.get() + 1).to_string()>
                    <thead node_ref=head><tr aria-rowindex="1">
                        {columns.into_iter().enumerate().map(|(place, column)| {
                            let direction = move || {
                                let (by, descending) = sorting?.by.get()?;
                                (by == place).then_some(if descending { "descending" } else { "ascending" })
                            };
                            view! {
                                <th scope="col" class:number=column.is_number aria-sort=direction>
                                    {match sorting {
                                        Some(sorting) => view! {
                                            <button type="button" class="virtual-table-sort" on:click=move |_| sorting.press.run(place)>{column.name}</button>
                                        }.into_any(),
                                        None => column.name.into_any(),
                                    }}
                                </th>
                            }
                        }).collect_view()}
                    </tr></thead>
                    <tbody style:transform=move || format!("translateY({}px)", window.with(|window| window.offset_px(SPARE_ROWS)))>
                        <For each=keyed key=|key| *key let((_, row))>
                            <tr aria-rowindex=(row + 2).to_string()>{cells(row)}</tr>
                        </For>
                    </tbody>
                </table>
                </div>
            </div>
            <Show when=move || rows.get() == 0><Empty text=empty/></Show>
        </div>
    }
}
