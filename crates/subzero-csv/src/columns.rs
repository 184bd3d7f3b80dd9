//! What files hold, and what their columns are called. The names are part of the format: they are the same in every language.

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Items, created or changed: known by their SKU, else a barcode, else their name.
    Items,
    /// Vendors, created or changed by their name.
    Vendors,
    /// What was there of each item when a shop began.
    OpeningStock,
    /// Purchase orders, a line of the file for each of their lines.
    Orders,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Items, Self::Vendors, Self::OpeningStock, Self::Orders];

    /// Its columns, in the order they are written.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Items => &[
                Column::Sku,
                Column::Name,
                Column::Barcodes,
                Column::Price,
                Column::DefaultCost,
                Column::Category,
                Column::Vendor,
                Column::VendorCode,
                Column::Decimals,
                Column::HoldsStock,
                Column::ReorderPoint,
                Column::Archived,
            ],
            Self::Vendors => &[Column::Name, Column::Email, Column::Phone, Column::Note, Column::Archived],
            Self::OpeningStock => &[Column::Sku, Column::Barcodes, Column::Name, Column::Quantity, Column::UnitCost],
            Self::Orders => &[
                Column::Order,
                Column::Vendor,
                Column::Sku,
                Column::Barcodes,
                Column::Name,
                Column::Quantity,
                Column::UnitCost,
                Column::Note,
            ],
        }
    }

    /// The columns without which a file of this kind says nothing: one of each group.
    pub(crate) const fn needed(self) -> &'static [&'static [Column]] {
        match self {
            Self::Items => &[&[Column::Sku, Column::Barcodes, Column::Name]],
            Self::Vendors => &[&[Column::Name]],
            Self::OpeningStock => &[&[Column::Sku, Column::Barcodes], &[Column::Quantity]],
            Self::Orders => &[&[Column::Order], &[Column::Sku, Column::Barcodes], &[Column::Quantity]],
        }
    }

    /// What a file of this kind is called.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Items => "items.csv",
            Self::Vendors => "vendors.csv",
            Self::OpeningStock => "stock.csv",
            Self::Orders => "orders.csv",
        }
    }
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// An item's SKU.
    Sku,
    /// A name.
    Name,
    /// Codes with a space between them; `code*6` is on a pack of six.
    Barcodes,
    /// What one is sold for.
    Price,
    /// What one is taken to cost.
    DefaultCost,
    /// A category.
    Category,
    /// A vendor's name.
    Vendor,
    /// What the vendor calls the item.
    VendorCode,
    /// How many decimals its quantity may have.
    Decimals,
    /// Whether it holds stock: yes or no.
    HoldsStock,
    /// Below how much it is to be ordered again.
    ReorderPoint,
    /// Whether it is no longer sold: yes or no.
    Archived,
    /// A vendor's e-mail.
    Email,
    /// A vendor's phone.
    Phone,
    /// What somebody wrote.
    Note,
    /// How much.
    Quantity,
    /// What one cost, or is to cost.
    UnitCost,
    /// An order's number: lines with the same one are one order.
    Order,
}

impl Column {
    /// What it is called in the first line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sku => "SKU",
            Self::Name => "Name",
            Self::Barcodes => "Barcodes",
            Self::Price => "Price",
            Self::DefaultCost => "Default cost",
            Self::Category => "Category",
            Self::Vendor => "Vendor",
            Self::VendorCode => "Vendor code",
            Self::Decimals => "Decimals",
            Self::HoldsStock => "Holds stock",
            Self::ReorderPoint => "Reorder point",
            Self::Archived => "Archived",
            Self::Email => "E-mail",
            Self::Phone => "Phone",
            Self::Note => "Note",
            Self::Quantity => "Quantity",
            Self::UnitCost => "Unit cost",
            Self::Order => "Order",
        }
    }

    /// The column that a heading means: its name, or what others call it, whatever the case and the marks.
    pub(crate) fn named(heading: &str, kind: Kind) -> Option<Self> {
        let heading = bare(heading);
        let others = |column: Self| -> &'static [&'static str] {
            match column {
                Self::Barcodes => &["barcode", "ean", "upc", "gtin"],
                Self::Name => &["item", "description", "title"],
                Self::DefaultCost => &["cost"],
                Self::UnitCost => &["cost", "price"],
                Self::Quantity => &["qty", "onhand", "stock", "count"],
                Self::Vendor => &["supplier"],
                Self::VendorCode => &["suppliercode", "vendorsku"],
                Self::Order => &["ordernumber", "number", "po"],
                Self::Email => &["mail"],
                Self::Sku
                | Self::Price
                | Self::Category
                | Self::Decimals
                | Self::HoldsStock
                | Self::ReorderPoint
                | Self::Archived
                | Self::Phone
                | Self::Note => &[],
            }
        };
        let columns = kind.columns().iter().copied();
        let by_name = columns.clone().find(|column| bare(column.name()) == heading);
        by_name.or_else(|| columns.into_iter().find(|column| others(*column).contains(&heading.as_str())))
    }
}

fn bare(heading: &str) -> String {
    heading.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
