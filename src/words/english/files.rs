//! Words of files that are read and written.

use crate::words::sections;

sections! {
    /// Import and export.
    Files {
        title = "Import and export";
        link = "Items, vendors, stock and orders as files";
        what = "What";
        items = "Items";
        vendors = "Vendors";
        opening_stock = "Opening stock";
        orders = "Orders";
        export = "Save as a file";
        exported(1) = "{0} is saved.";
        import = "Read a file";
        choose = "CSV file";
        columns(1) = "The first line names the columns: {0}. What a line leaves empty stays as it is.";
        numbers = "How the file writes numbers";
        reading = "Reading the file";
        recording = "Recording";
        stop = "Stop";
        stopped = "Stopped. Nothing was changed.";
        fine(0) = "{n} line is fine", "{n} lines are fine";
        new(0) = "{n} new", "{n} new";
        changed(0) = "{n} changed", "{n} changed";
        unchanged(0) = "{n} as it is", "{n} as they are";
        wrong(0) = "{n} line is not right and would be left out", "{n} lines are not right and would be left out";
        unread(1) = "These columns are not known and were not read: {0}.";
        line = "Line";
        column = "Column";
        why = "What is wrong";
        nothing = "Nothing in this file would change anything.";
        record(0) = "Record {n} line", "Record {n} lines";
        other = "Choose another file";
        done(0) = "{n} entry is recorded.", "{n} entries are recorded.";
        stopped_at(2) = "Stopped: {0} of {1} entries are recorded.";
        undone = "The import is taken back.";
        history = "Imports";
        none_yet = "Nothing was imported yet.";
        lines(0) = "{n} line", "{n} lines";
        undo_named(1) = "Take back the import of {0}";
        empty = "There is nothing in this file.";
        too_large = "This file is too large: split it.";
        missing(1) = "The first line has to name the columns; {0} is missing.";
        twice(1) = "The first line names {0} twice.";
        either(2) = "{0} or {1}";
        unreadable = "This file cannot be read.";
        cells(2) = "{0} cells where the first line has {1}.";
        fill_in = "This has to be filled in.";
        too_long = "This is too long; a quotation mark may be missing.";
        yes_or_no = "Enter yes or no.";
        unknown_item(1) = "No item has {0}.";
        has_stock = "This item has stock already: count it.";
        unknown_vendor(1) = "No vendor is called {0}.";
        same_as(1) = "Line {0} is about the same.";
        other_vendor = "Another line of this order names another vendor.";
    }
}
