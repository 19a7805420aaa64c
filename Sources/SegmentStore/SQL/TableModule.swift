import GRDBSQLite
import TelemetryStore

/// A table as SQLite's virtual table interface wants it: read-only, there by itself, planned with `PushDown`, read with a
/// `TableScan`.
///
/// Source: sqlite.org/vtab.html; sqlite3_module.
final class TableModule {
    let table: SQLTables
    let context: SQLContext
    let columns: [SQLColumn]
    /// What was chosen, by `idxNum`.
    fileprivate var plans: [PushDown] = []

    init(_ table: SQLTables, _ context: SQLContext) {
        self.table = table
        self.context = context
        columns = table.columns(with: context.attributes)
    }

    /// Makes the table known to a connection, which keeps the module until it is closed.
    func register(_ database: OpaquePointer) {
        sqlite3_create_module_v2(database, table.rawValue, TableModule.methods, Unmanaged.passRetained(self).toOpaque())
        {
            if let module = $0 { Unmanaged<TableModule>.fromOpaque(module).release() }
        }
    }

    fileprivate var declaration: String {
        "CREATE TABLE \(table.rawValue)(" + columns.map(\.declaration).joined(separator: ", ") + ")"
    }

    /// Runs a step of a scan, and keeps what went wrong for whoever asked.
    fileprivate func run(_ step: () throws(StoreError) -> Void) -> Int32 {
        do throws(StoreError) {
            try step()
            return SQLITE_OK
        } catch {
            context.failure = error
            return SQLITE_ERROR
        }
    }

    // MARK: SQLite's view

    private struct Table {
        var base = sqlite3_vtab()
        var module: Unmanaged<TableModule>
    }

    private struct Cursor {
        var base = sqlite3_vtab_cursor()
        var position: Unmanaged<Position>
    }

    /// Where a cursor stands.
    private final class Position {
        let module: TableModule
        var scan: (any TableScan)?
        var isAtEnd = true

        init(_ module: TableModule) {
            self.module = module
        }

        func advance() throws(StoreError) {
            isAtEnd = try !(scan?.next() ?? false)
        }
    }

    private static func module(_ table: UnsafeMutablePointer<sqlite3_vtab>) -> TableModule {
        UnsafeMutableRawPointer(table).assumingMemoryBound(to: Table.self).pointee.module.takeUnretainedValue()
    }

    private static func position(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>) -> Position {
        UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self).pointee.position.takeUnretainedValue()
    }

    /// Without `xCreate` the tables are there by themselves; without `xUpdate` nothing can be written.
    nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_module> = {
        var methods = sqlite3_module()
        methods.xConnect = { database, context, _, _, result, _ in
            guard let context else { return SQLITE_MISUSE }
            let module = Unmanaged<TableModule>.fromOpaque(context)
            let code = sqlite3_declare_vtab(database, module.takeUnretainedValue().declaration)
            guard code == SQLITE_OK else { return code }
            let table = UnsafeMutablePointer<Table>.allocate(capacity: 1)
            table.initialize(to: Table(module: module))
            result?.pointee = UnsafeMutableRawPointer(table).assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }
        methods.xDisconnect = { table in
            UnsafeMutableRawPointer(table)?.assumingMemoryBound(to: Table.self).deallocate()
            return SQLITE_OK
        }
        methods.xBestIndex = { table, index in
            guard let table, let index else { return SQLITE_MISUSE }
            let module = TableModule.module(table)
            module.plans.append(
                PushDown(index, module.table, module.columns, rowCount: module.table.rowCount(module.context.blocks)))
            index.pointee.idxNum = Int32(module.plans.count - 1)
            return SQLITE_OK
        }
        methods.xOpen = { table, result in
            guard let table else { return SQLITE_MISUSE }
            let position = Unmanaged.passRetained(Position(TableModule.module(table)))
            let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
            cursor.initialize(to: Cursor(position: position))
            result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }
        methods.xClose = { cursor in
            guard let cursor = UnsafeMutableRawPointer(cursor)?.assumingMemoryBound(to: Cursor.self) else {
                return SQLITE_MISUSE
            }
            cursor.pointee.position.release()
            cursor.deallocate()
            return SQLITE_OK
        }
        methods.xFilter = { cursor, plan, _, count, values in
            guard let cursor else { return SQLITE_MISUSE }
            let position = TableModule.position(cursor)
            let module = position.module
            let filter = module.plans[Int(plan)].filter(values, count: Int(count))
            return module.run { () throws(StoreError) in
                position.scan = filter.isNever ? nil : module.table.scan(filter, module.context)
                try position.advance()
            }
        }
        methods.xNext = { cursor in
            guard let cursor else { return SQLITE_MISUSE }
            let position = TableModule.position(cursor)
            return position.module.run { () throws(StoreError) in try position.advance() }
        }
        methods.xEof = { cursor in cursor.map { TableModule.position($0).isAtEnd } ?? true ? 1 : 0 }
        methods.xColumn = { cursor, context, number in
            guard let cursor, let context else { return SQLITE_MISUSE }
            let position = TableModule.position(cursor)
            return position.module.run { () throws(StoreError) in
                try position.scan?.column(Int(number), SQLResult(context: context))
            }
        }
        methods.xRowid = { cursor, result in
            guard let cursor else { return SQLITE_MISUSE }
            result?.pointee = TableModule.position(cursor).scan?.rowID ?? 0
            return SQLITE_OK
        }
        let pointer = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        pointer.initialize(to: methods)
        return UnsafePointer(pointer)
    }()
}
